package dev.posthorn.internal.engine.lane;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.EndReason;
import dev.posthorn.internal.engine.base.StoreBackoff;
import dev.posthorn.spi.store.rows.LiveRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ends deliveries of a lane without an exchange: those past their deadline, without a payload, or
 * canceled. An ending needs no permit, since a repetition does no harm. Owned by its lane.
 */
public final class LaneEndings {
  private static final int MAX_LATE = 1_000;
  private static final long LOOK_MILLIS = 1_000;

  private final Lane lane;

  /** The time before which the lane does not search again for late deliveries. */
  private long nextLook;

  /** The sweep that ends deliveries canceled together, if there was one. */
  private @Nullable Sweep sweep;

  LaneEndings(Lane lane) {
    this.lane = lane;
  }

  /** Ends the sweep, since the lane is dropped. */
  void close() {
    if (sweep != null) {
      sweep.close();
    }
  }

  /** Returns whether no sweep is under way. */
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

  /** Ends deliveries in memory that are past their deadline, whatever waits before them. */
  void endLate(long nowMillis) {
    if (nowMillis <= lane.queue.firstDeadline() || nowMillis < nextLook || lane.loop.stopping()) {
      return;
    }
    nextLook = nowMillis + LOOK_MILLIS;
    for (Delivery delivery : lane.queue.takeLate(nowMillis, MAX_LATE)) {
      endUnpermitted(delivery, EndReason.DEADLINE);
    }
  }

  /** Returns the time to call {@link #endLate} again, in wall time, if nothing comes meanwhile. */
  long nextLateMillis() {
    return Math.max(lane.queue.firstDeadline() + 1, nextLook);
  }

  /** Ends a delivery past its deadline that is, as far as is known, only in the store. */
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
   * Ends a live delivery if it was canceled. If it is under way, or being moved, it is ended when
   * it comes back.
   */
  public void endIfCancelled(LiveRow row) {
    if (lane.isCancelled(row) && !awaitsSweep(row) && lane.queue.busy(row.id()) == null) {
      cancel(List.of(row));
    }
  }

  /** Returns whether a delivery is left to a sweep that begins later, which counts it. */
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

  /** Takes note that the end of deliveries is on disk. */
  void cancelled(List<Delivery> deliveries) {
    lane.loop.ending(-deliveries.size());
    if (lane.isClosed()) {
      return;
    }
    for (Delivery delivery : deliveries) {
      lane.gone(delivery, true);
    }
    lane.loop.ready(lane);
  }

  /** Submits the end of deliveries again, after a {@link StoreBackoff}: it was not stored. */
  void notCancelled(CancelEntry entry, int deliveries, int refusals) {
    lane.loop.ending(-deliveries);
    if (lane.isClosed()) {
      return;
    }
    var unused =
        lane.loop.schedule(
            StoreBackoff.nanos(refusals),
            () -> {
              if (!lane.isClosed()) {
                lane.loop.ending(deliveries);
                lane.loop.context().journal().submit(entry);
              }
            });
  }

  /** Returns the sweep that ends deliveries canceled together. */
  public Sweep sweep() {
    Sweep present = sweep;
    if (present == null) {
      present = new Sweep(lane);
      sweep = present;
    }
    return present;
  }

  /** Takes note that a row has left the store: its delivery has ended, or has another row. */
  void gone(LiveRow row, boolean ended) {
    if (sweep != null) {
      sweep.gone(row, ended);
    }
  }
}
