package dev.posthorn.internal.engine;

import dev.posthorn.internal.engine.base.OutageLog;
import dev.posthorn.internal.engine.base.StoreBackoff;
import dev.posthorn.internal.engine.base.Tenure;
import dev.posthorn.internal.engine.lane.LaneContext;
import dev.posthorn.internal.engine.lane.Parts;
import dev.posthorn.internal.engine.lane.ShardLoop;
import dev.posthorn.internal.engine.lane.Shards;
import dev.posthorn.spi.store.RebalanceListener;
import dev.posthorn.spi.store.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Begins and ends the work on partitions, as the store assigns them to this node and takes them
 * away.
 *
 * <p>Each step that changes what the writer knows runs between two batches. So whatever was
 * prepared before is on its way to the lanes before a partition ends, and what is prepared later
 * knows that.
 */
final class Rebalancing implements RebalanceListener {
  private final LaneContext context;
  private final Shards shards;
  private final Parts parts;
  private final Recovery recovery;

  private final OutageLog outage =
      new OutageLog(LoggerFactory.getLogger(Rebalancing.class), "Read of assigned partitions");

  /** The present tenures, by partition. */
  private final Map<Integer, Tenure> tenures = new HashMap<>();

  /** Events from before {@link #start} was done, or null. */
  private @Nullable List<Runnable> early = new ArrayList<>();

  Rebalancing(LaneContext context, Shards shards, Parts parts, Recovery recovery) {
    this.context = context;
    this.shards = shards;
    this.parts = parts;
    this.recovery = recovery;
  }

  // ---- assigned ------------------------------------------------------------------------------

  /**
   * Begins with the partitions that this node owns at its start. Must be called before anything
   * runs.
   *
   * @throws StoreException if the store cannot be read
   */
  void start() {
    Set<Tenure> begun = begin(context.runtime().store().subscribe(this));
    recovery.begin(begun, recovery.read(Recovery.partitions(begun)));
    context.workers().execute(() -> recovery.scan(begun));
    for (Runnable event : started()) {
      event.run();
    }
  }

  private synchronized List<Runnable> started() {
    List<Runnable> events = early == null ? List.of() : early;
    early = null;
    return events;
  }

  /** Runs a step once the start is done. */
  private void afterStart(Runnable step) {
    synchronized (this) {
      if (early != null) {
        early.add(step);
        return;
      }
    }
    step.run();
  }

  private synchronized Set<Tenure> begin(Set<Integer> partitions) {
    return new TreeSet<>(partitions)
        .stream()
            .map(partition -> tenures.computeIfAbsent(partition, parts::tenure))
            .collect(toSet());
  }

  @Override
  public void assigned(Set<Integer> partitions) {
    Set<Tenure> begun = begin(partitions);
    afterStart(() -> readLater(begun, 0));
  }

  private void readLater(Set<Tenure> begun, int failures) {
    long nanos = failures == 0 ? 0 : StoreBackoff.nanos(failures - 1, StoreBackoff.OUTAGE_NANOS);
    context.workers().executeLater(nanos, () -> read(begun, failures));
  }

  private void read(Set<Tenure> begun, int failures) {
    trying(
        begun,
        failures,
        () -> {
          Recovery.Rows rows = recovery.read(Recovery.partitions(begun));
          // Rows may be for endpoints, or have marks, that others have just created.
          context.journal().current(() -> begin(begun, rows, failures));
        });
  }

  private void begin(Set<Tenure> begun, Recovery.Rows rows, int failures) {
    if (!begun.stream().allMatch(Tenure::maySend)) { // some were taken away meanwhile
      Set<Tenure> left = begun.stream().filter(Tenure::maySend).collect(toSet());
      if (!left.isEmpty()) {
        readLater(left, failures);
      }
      return;
    }
    trying(
        begun,
        failures,
        () -> {
          recovery.begin(begun, rows);
          outage.succeeded();
          context.workers().executeLater(0, () -> recovery.scan(begun));
        });
  }

  /** Takes a step of the beginning; if the store fails, it begins again later. */
  private void trying(Set<Tenure> begun, int failures, Runnable step) {
    try {
      step.run();
    } catch (StoreException e) {
      outage.failed(e);
      readLater(begun, failures + 1);
    } catch (Throwable e) {
      context.guard().report("reading assigned partitions", e);
      readLater(begun, failures + 1);
    }
  }

  /** Collects tenures in their order. */
  private static Collector<Tenure, ?, Set<Tenure>> toSet() {
    return Collectors.toCollection(LinkedHashSet::new);
  }

  // ---- revoked -------------------------------------------------------------------------------

  @Override
  public void revoked(Set<Integer> partitions) {
    Set<Tenure> ending = present(partitions, tenures::get);
    ending.forEach(Tenure::revoke);
    afterStart(() -> context.journal().between(() -> drain(ending)));
  }

  private synchronized Set<Tenure> present(
      Set<Integer> partitions, Function<Integer, @Nullable Tenure> find) {
    Set<Tenure> present = new LinkedHashSet<>();
    for (int partition : new TreeSet<>(partitions)) {
      Tenure tenure = find.apply(partition);
      if (tenure != null) {
        present.add(tenure);
      }
    }
    return present;
  }

  /**
   * Lets the lanes settle: all that was accepted for them is in them, and nothing comes any more.
   */
  private void drain(Set<Tenure> ending) {
    ending.forEach(context.ownership()::retire);
    new Draining(context, parts, gone -> context.journal().between(() -> release(gone)))
        .begin(ending, shards);
  }

  /** Ends tenures whose lanes are gone, and has the store told, after the last outcome. */
  private void release(Set<Tenure> ending) {
    // The others were lost meanwhile, and may have begun again.
    Set<Tenure> owned = ending.stream().filter(tenure -> !tenure.isOver()).collect(toSet());
    if (!owned.isEmpty()) {
      end(owned);
      context.journal().submit(new ReleaseEntry(context, Recovery.partitions(owned)));
    }
  }

  private void end(Set<Tenure> ending) {
    ending.forEach(context.ownership()::end);
    context.cancellations().forget(Recovery.partitions(ending));
    forget(ending);
  }

  private synchronized void forget(Set<Tenure> ending) {
    ending.forEach(tenure -> tenures.remove(tenure.partition(), tenure));
  }

  // ---- lost ----------------------------------------------------------------------------------

  @Override
  public void lost(Set<Integer> partitions) {
    Set<Tenure> ending = present(partitions, tenures::remove);
    ending.forEach(Tenure::end);
    afterStart(
        () -> {
          for (ShardLoop loop : shards.all()) {
            loop.execute(() -> loop.drop(ending));
          }
          context.journal().between(() -> end(ending));
        });
  }
}
