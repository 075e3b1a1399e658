package dev.posthorn.simulation;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.spi.store.reads.DeliveryStatus;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Checks the cancellations that the engine has answered: from then on none of the deliveries is
 * sent or listed as waiting, also after a crash.
 */
final class CancellationChecker {
  private final SimTables tables;
  private final Set<Long> deliveries = new HashSet<>();
  private final Set<Long> removedEndpoints = new HashSet<>();

  CancellationChecker(SimTables tables) {
    this.tables = tables;
  }

  /**
   * A cancellation was answered.
   *
   * @param asked which deliveries waited when it was asked for, and are to be cancelled
   * @return what is still live of them
   */
  List<LiveRow> answered(Predicate<LiveRow> asked) {
    // When a replay was begun is not known here.
    List<LiveRow> rows =
        tables.live().filter(row -> !row.kind().isReplay() && asked.test(row)).toList();
    rows.forEach(row -> deliveries.add(row.id()));
    return rows;
  }

  void removed(long endpoint) {
    removedEndpoints.add(endpoint);
  }

  /** Forgets all answers, since they may be lost. */
  void forget() {
    deliveries.clear();
    removedEndpoints.clear();
  }

  /** An exchange starts. */
  void requireNotCancelled(long message, long endpoint) {
    if (removedEndpoints.contains(endpoint) || isCancelled(message, endpoint)) {
      throw new Violation(
          "cancel: message " + message + " is sent to " + endpoint + " though it was cancelled");
    }
  }

  /** Nothing of some rows is said to wait. */
  void requireNotListed(List<LiveRow> rows, Engine engine) {
    for (LiveRow row : rows) {
      MessageRow message = tables.message(row.message());
      if (message == null || !isCancelled(row.message(), row.endpoint())) {
        continue;
      }
      for (DeliveryStatus status : engine.deliveries().statuses(message)) {
        if (status.endpoint() == row.endpoint() && status.state() == DeliveryState.WAITING) {
          throw new Violation("cancel: said to wait though it was cancelled: " + status);
        }
      }
    }
  }

  private boolean isCancelled(long message, long endpoint) {
    boolean cancelled = false;
    for (LiveRow row : tables.live(message)) {
      if (row.endpoint() == endpoint) {
        if (row.kind().isReplay() || !deliveries.contains(row.id())) {
          return false;
        }
        cancelled = true;
      }
    }
    return cancelled;
  }
}
