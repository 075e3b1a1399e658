package dev.posthorn.engine;

import dev.posthorn.store.DeliveryState;
import dev.posthorn.store.LiveRow;
import java.util.List;

/**
 * Cancels deliveries of a lane, wherever they are: waiting in memory, under way (then they are not
 * attempted again), or only in the store. Owned by its lane.
 */
final class Cancelling {
  private final Lane lane;
  private boolean all;

  Cancelling(Lane lane) {
    this.lane = lane;
  }

  /** Cancels the delivery of a row. */
  void cancel(LiveRow row) {
    if (!cancelIfLoaded(row)) {
      cancelStored(row);
    }
  }

  /** Cancels the delivery of a row if it is in memory; returns whether it was. */
  boolean cancelIfLoaded(LiveRow row) {
    Delivery busy = lane.queue.busy(row.id());
    if (busy != null) {
      busy.cancelled = true;
      return true;
    }
    Delivery waiting = lane.queue.waiting(row.id());
    if (waiting != null) {
      cancelWaiting(waiting);
    }
    return waiting != null;
  }

  /** Returns whether the delivery of a row is in memory and was cancelled already. */
  boolean isCancelled(LiveRow row) {
    Delivery busy = lane.queue.busy(row.id());
    return busy != null && busy.cancelled;
  }

  /** Cancels a delivery that was put back to wait. */
  void cancelAgain(Delivery delivery) {
    if (lane.queue.isLoaded(delivery)) {
      cancelWaiting(delivery);
    } else {
      cancelStored(delivery.row);
    }
  }

  private void cancelStored(LiveRow row) {
    lane.loop.core().journal().submit(new CancelEntry(lane.loop, List.of(row), null));
  }

  private void cancelWaiting(Delivery waiting) {
    waiting.cancelled = true; // also if this cannot be stored at first
    lane.endWaiting(waiting, DeliveryState.CANCELLED, EndReason.CANCELLED);
  }

  /** Cancels all, also what is only in the store, which is looked at once. */
  void cancelAll() {
    var unused = cancelLoaded(Long.MAX_VALUE);
    if (!all) {
      all = true;
      new CancelAll(lane, Long.MAX_VALUE, cancelled -> {}).start();
    }
  }

  /**
   * Cancels all deliveries that are in memory and have an id up to one; returns how many of them
   * waited.
   */
  int cancelLoaded(long upTo) {
    int waited = 0;
    for (Delivery delivery : lane.queue.allBusy()) {
      if (delivery.row.id() <= upTo && !delivery.cancelled) {
        delivery.cancelled = true;
        waited += delivery.permitted ? 0 : 1; // it is being moved
      }
    }
    for (Delivery delivery : lane.queue.allWaiting()) {
      if (delivery.row.id() <= upTo) {
        cancelWaiting(delivery);
        waited++;
      }
    }
    return waited;
  }

  /** A row left the store without this lane's doing. */
  void rowCancelled(LiveRow row) {
    Delivery busy = lane.queue.busy(row.id());
    if (busy != null) {
      busy.cancelled = true;
    } else if (row.place() == LiveRow.Place.HOT && lane.queue.waiting(row.id()) != null) {
      lane.leftHot();
    }
    lane.queue.removed(row);
    lane.loop.ready(lane);
  }
}
