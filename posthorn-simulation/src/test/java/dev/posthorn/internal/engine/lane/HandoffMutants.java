package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.engine.base.Guard;
import dev.posthorn.internal.engine.journal.Journal;
import dev.posthorn.internal.engine.journal.SettingsMemory;
import dev.posthorn.simulation.Launcher;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.reads.PartitionRow;
import dev.posthorn.spi.store.reads.PartitionScan;
import dev.posthorn.spi.store.rows.HandoffRow;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.UnaryOperator;

/** Engines with one mistake each with what one node commits for another one. */
public final class HandoffMutants {
  private HandoffMutants() {}

  /** Does not remove what it has taken in. */
  public static Launcher forgetsRemovals() {
    return commits(
        batch -> {
          batch.partitions().forEach(rows -> rows.handoffRemovals.clear());
          return batch;
        });
  }

  /** Commits a batch again as if it were another one. */
  public static Launcher insertsTwice() {
    return commits(HandoffMutants::copy);
  }

  private static Batch copy(Batch batch) {
    if (!batch.settings.isEmpty()) {
      return batch;
    }
    Batch copy = new Batch();
    copy.now = batch.now;
    copy.epoch = batch.epoch;
    copy.idFloor = batch.idFloor;
    copy.dedupe.addAll(batch.dedupe);
    copy.releases.addAll(batch.releases);
    if (!batch.noteTry()) {
      copy.settingsVersion = batch.settingsVersion;
    }
    batch.partitions().forEach(rows -> copy(rows, copy.in(rows.partition())));
    return copy;
  }

  private static void copy(PartitionBatch from, PartitionBatch to) {
    to.hotRemovals.addAll(from.hotRemovals);
    to.parkedRemovals.addAll(from.parkedRemovals);
    to.messages.addAll(from.messages);
    to.hot.addAll(from.hot);
    to.parked.addAll(from.parked);
    to.attempts.addAll(from.attempts);
    to.expungedMessages.addAll(from.expungedMessages);
    to.payloadEnds.addAll(from.payloadEnds);
    to.expungedAttempts.addAll(from.expungedAttempts);
    to.handoffs.addAll(from.handoffs);
    to.handoffRemovals.addAll(from.handoffRemovals);
  }

  private static Launcher commits(UnaryOperator<Batch> mistake) {
    return (config, runtime) ->
        Engine.start(
            config,
            runtime,
            new Parts() {
              @Override
              public Journal journal(
                  EngineRuntime runtime,
                  Guard guard,
                  SettingsMemory settings,
                  long retentionMillis) {
                return new Journal(runtime, guard, settings, retentionMillis) {
                  @Override
                  public void commit(Store store, Batch batch) {
                    super.commit(store, mistake.apply(batch));
                  }
                };
              }
            });
  }

  /** Removes what it has taken in, and tells no lane. */
  public static Launcher removesUntold() {
    return (config, runtime) ->
        Engine.start(
            config,
            new EngineRuntime(
                runtime.clock(),
                runtime.scheduler(),
                (Store) untold(runtime.store(), Store.class),
                runtime.transport()));
  }

  private static Object untold(Object store, Class<?> type) {
    return Proxy.newProxyInstance(
        Store.class.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) -> {
          try {
            if (method.getName().equals("forWriter")) {
              return proxy;
            }
            Object result = method.invoke(store, arguments);
            if (method.getName().equals("handoffs")) {
              return ((List<?>) result).stream().map(HandoffMutants::withoutEndpoints).toList();
            }
            return result instanceof PartitionScan ? untold(result, PartitionScan.class) : result;
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }

  private static Object withoutEndpoints(Object each) {
    PartitionRow<?> row = (PartitionRow<?>) each;
    HandoffRow handoff = (HandoffRow) row.row();
    return handoff.kind() == HandoffRow.Kind.DELIVERIES
        ? new PartitionRow<>(
            row.partition(), HandoffRow.deliveries(handoff.id(), handoff.subject(), 0))
        : each;
  }
}
