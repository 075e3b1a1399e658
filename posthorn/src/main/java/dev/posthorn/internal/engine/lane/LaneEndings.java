package dev.posthorn.internal.engine.lane;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.EndReason;
import dev.posthorn.internal.engine.base.StoreBackoff;
import dev.posthorn.spi.store.LiveRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ends deliveries of a lane without an exchange: those that are too late, whose payload is gone, or
 * that were canceled. They need no permit, unless they hold one: nothing of them can be repeated.
 * Owned by its lane.
 */
public final class LaneEndings {
  private static final int MAX_LATE = 1_000;
  private static final long LOOK_MILLIS = 1_000;

  private final Lane lane;

  /** Before this time the lane does not look again for what is too late. */
  private long nextLook;

  /** Ends what was canceled together, if there was such a thing. */
  private @Nullable Sweep sweep;

  LaneEndings(Lane lane) {
    this.lane = lane;
  }

  /** Returns whether nothing is being ended that was canceled together. */
  boolean isIdle() {
    return sweep == null || sweep.isIdle();
  }

  /** Ends a busy delivery. */
  void end(Delivery delivery, DeliveryState state, EndReason reason) {
    lane.loop.context().journal().submit(OutcomeEntry.end(lane, delivery, state, reason));
  }

  /** Ends a busy delivery that holds no permit. */
  private void endUnpermitted(Delivery delivery, EndReason reason) {
    lane.loop.ending(1);
    end(delivery, DeliveryState.FAILED, reason);
  }

  /** Ends a delivery that waits in memory, since its payload is gone. */
  void endWithoutPayload(Delivery delivery) {
    lane.queue.take(delivery);
    endUnpermitted(delivery, EndReason.RETENTION);
  }

  // ---- deadlines -----------------------------------------------------------------------------

  /** Ends what waits in memory and is too late, whatever is before it. */
  void endLate(long nowMillis) {
    if (nowMillis <= lane.queue.firstDeadline() || nowMillis < nextLook || lane.loop.stopping()) {
      return;
    }
    nextLook = nowMillis + LOOK_MILLIS;
    for (Delivery delivery : lane.queue.takeLate(nowMillis, MAX_LATE)) {
      endUnpermitted(delivery, EndReason.DEADLINE);
    }
  }

  /** Returns when to call {@link #endLate} again, in wall time, if nothing comes meanwhile. */
  long nextLateMillis() {
    return Math.max(lane.queue.firstDeadline() + 1, nextLook);
  }

  /** Ends a delivery that is too late and, as far as is known, only in the store. */
  void endStored(LiveRow row) {
    Delivery delivery = new Delivery(row, null);
    boolean elsewhere = lane.queue.isLoaded(delivery) || lane.queue.busy(row.id()) != null;
    if (elsewhere || lane.endpoint.settings().deleted() || lane.loop.stopping()) {
      return; // it is ended in another way, or was already
    }
    delivery.unsure = true;
    lane.queue.takeStored(delivery);
    endUnpermitted(delivery, EndReason.DEADLINE);
  }

  // ---- cancellations -------------------------------------------------------------------------

  /**
   * A delivery that is live was canceled. If it is under way, or being moved, it is ended when it
   * comes back.
   */
  public void endIfCancelled(LiveRow row) {
    if (lane.isCancelled(row) && !awaitsSweep(row) && lane.queue.busy(row.id()) == null) {
      cancel(List.of(row));
    }
  }

  /** Returns whether a delivery is left to a sweep that is to begin, and counts it. */
  boolean awaitsSweep(LiveRow row) {
    long begun = sweep == null ? 0 : sweep.begunUpTo();
    return row.id() <= lane.endpoint.cancelledUpTo && row.id() > begun;
  }

  /** Ends canceled deliveries that wait, in memory or only in the store. */
  void cancel(List<LiveRow> rows) {
    List<Delivery> held = rows.stream().map(lane.queue::hold).toList();
    Sweep.Order order = sweep == null ? null : sweep.counting();
    lane.loop.ending(held.size());
    lane.loop.context().journal().submit(new CancelEntry(lane, held, order));
  }

  /** The end of deliveries is on disk. */
  void cancelled(List<Delivery> deliveries) {
    lane.loop.ending(-deliveries.size());
    for (Delivery delivery : deliveries) {
      lane.gone(delivery, true);
    }
    lane.loop.ready(lane);
  }

  /** The end of deliveries could not be stored: it is tried again after a {@link StoreBackoff}. */
  void notCancelled(CancelEntry entry, int deliveries, int refusals) {
    lane.loop.ending(-deliveries);
    var unused =
        lane.loop.schedule(
            StoreBackoff.nanos(refusals),
            () -> {
              lane.loop.ending(deliveries);
              lane.loop.context().journal().submit(entry);
            });
  }

  /** Returns the sweep that ends what was canceled together. */
  public Sweep sweep() {
    Sweep present = sweep;
    if (present == null) {
      present = new Sweep(lane);
      sweep = present;
    }
    return present;
  }

  /** The row of a delivery has left the store: the delivery has ended, or has another row. */
  void gone(LiveRow row, boolean ended) {
    if (sweep != null) {
      sweep.gone(row, ended);
    }
  }
}
