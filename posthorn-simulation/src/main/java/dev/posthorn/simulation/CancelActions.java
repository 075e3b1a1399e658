package dev.posthorn.simulation;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Cancellations of messages in a run, and what must hold after any cancellation. */
final class CancelActions {
  private static final long MILLI = 1_000_000;

  /** The time after which memory has what was committed, also if that failed at first. */
  private static final long SETTLED_NANOS = 5_000 * MILLI;

  private final Simulation world;
  private final Workload workload;

  CancelActions(Simulation world, Workload workload) {
    this.world = world;
    this.workload = workload;
  }

  /** Cancels the deliveries of a message. */
  void cancelMessage(long message) {
    world.ledger().endings().canceledMessage(message);
    long application = applicationOf(message);
    Predicate<LiveRow> known = known(row -> row.message() == message);
    var unused =
        world
            .engine()
            .deliveries()
            .cancel(application, message)
            .thenRun(() -> cancelled(application, known));
  }

  private long applicationOf(long message) {
    MessageRow row = world.tables().message(message);
    return row == null ? 0 : row.application();
  }

  /**
   * Returns the test for those of some deliveries that wait now. With several nodes, only if their
   * messages were answered already: another node need not see the others.
   */
  Predicate<LiveRow> known(Predicate<LiveRow> some) {
    Set<Long> accepted = world.ledger().acceptedMessages();
    Set<Long> ids =
        world
            .tables()
            .live()
            .filter(some)
            .filter(row -> !world.hasNodes() || accepted.contains(row.message()))
            .map(LiveRow::id)
            .collect(Collectors.toSet());
    return row -> some.test(row) && ids.contains(row.id());
  }

  /** A cancellation was answered. If another node owns the deliveries, it hears of that first. */
  void cancelled(long application, Predicate<LiveRow> which) {
    int partition = SimTables.partitionOf(application);
    Set<Long> handoffs = Set.copyOf(world.tables().in(partition).handoffs.keySet());
    if (handoffs.isEmpty()) {
      cancelled(which);
    } else {
      takenIn(partition, handoffs, () -> cancelled(which));
    }
  }

  private void takenIn(int partition, Set<Long> handoffs, Runnable check) {
    world
        .clock()
        .after(
            100 * MILLI,
            () -> {
              boolean gone =
                  Collections.disjoint(world.tables().in(partition).handoffs.keySet(), handoffs);
              if (gone && !world.processes().isUnsure()) {
                world.clock().after(SETTLED_NANOS, check);
              } else {
                takenIn(partition, handoffs, check);
              }
            });
  }

  /** A cancellation is in force; the process may be killed with that very answer. */
  private void cancelled(Predicate<LiveRow> which) {
    List<LiveRow> rows = world.ledger().canceled(which);
    boolean kill = !world.isCalm() && !workload.isOver() && world.random().nextInt(4) == 0;
    world
        .clock()
        .after(
            0,
            () -> {
              if (kill) {
                world.processes().crash();
              }
              requireNotListed(rows);
            });
  }

  private void requireNotListed(List<LiveRow> rows) {
    Engine engine = world.engine();
    try {
      if (world.processes().isUpToDate(engine)) {
        world.ledger().cancellations().requireNotListed(rows, engine);
      }
    } catch (StoreException e) {
      // The process cannot reach its store.
    }
  }
}
