package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.engine.base.Guard;
import dev.posthorn.internal.engine.journal.Journal;
import dev.posthorn.internal.engine.journal.SettingsMemory;
import dev.posthorn.simulation.Launcher;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.reads.PartitionScan;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.UnaryOperator;

/** The ways to start an engine with a mistake: in one of its parts, its commits, or its store. */
final class MutantLaunchers {
  private MutantLaunchers() {}

  /** Returns a launcher of engines with other parts. */
  static Launcher withParts(Parts parts) {
    return (config, runtime) -> Engine.start(config, runtime, parts);
  }

  /** Returns a launcher of engines that commit something else than they have prepared. */
  static Launcher committing(UnaryOperator<Batch> mistake) {
    return withParts(
        new Parts() {
          @Override
          public Journal journal(
              EngineRuntime runtime, Guard guard, SettingsMemory settings, long retentionMillis) {
            return new Journal(runtime, guard, settings, retentionMillis) {
              @Override
              public void commit(Store store, Batch batch) {
                super.commit(store, mistake.apply(batch));
              }
            };
          }
        });
  }

  /**
   * Returns a launcher of engines whose store answers a method differently, also as the writer's
   * reads and across partitions.
   */
  static Launcher answering(String method, UnaryOperator<Object> mistake) {
    return (config, runtime) ->
        Engine.start(
            config,
            runtime.withStore((Store) answering(runtime.store(), Store.class, method, mistake)));
  }

  private static Object answering(
      Object store, Class<?> type, String name, UnaryOperator<Object> mistake) {
    return Proxy.newProxyInstance(
        Store.class.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) -> {
          if (method.getName().equals("forWriter")) {
            return proxy;
          }
          try {
            Object result = method.invoke(store, arguments);
            if (method.getName().equals(name)) {
              return mistake.apply(result);
            }
            return result instanceof PartitionScan
                ? answering(result, PartitionScan.class, name, mistake)
                : result;
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }
}
