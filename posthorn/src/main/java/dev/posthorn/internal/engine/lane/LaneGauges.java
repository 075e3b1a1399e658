package dev.posthorn.internal.engine.lane;

import dev.posthorn.spi.store.rows.EndpointState;
import org.jspecify.annotations.Nullable;

/**
 * The lanes and deliveries that an engine holds in memory at one time.
 *
 * @param lanes endpoints that are in memory since they have, or lately had, work
 * @param slow lanes that are slow or fail, and so share a part of the permits
 * @param circuitOpen lanes whose circuit breaker is not closed
 * @param unloaded lanes with deliveries that are only in the store
 * @param loaded deliveries that wait in memory
 * @param permits deliveries between the start of their exchange and the commit of its outcome
 * @param bytesUnderWay room that the payloads of those take, in bytes, with what the transport may
 *     copy of them
 * @param overdueMillis how long the delivery that should have had its attempt first is overdue; 0
 *     if none is. Those of endpoints that are paused or disabled do not count, nor those that wait
 *     because their endpoint fails
 */
public record LaneGauges(
    int lanes,
    int slow,
    int circuitOpen,
    int unloaded,
    long loaded,
    int permits,
    long bytesUnderWay,
    long overdueMillis) {

  /** Nothing at all. */
  public static final LaneGauges EMPTY = new LaneGauges(0, 0, 0, 0, 0, 0, 0, 0);

  static LaneGauges of(Lane lane, long nowMillis) {
    LaneQueue queue = lane.queue;
    return new LaneGauges(
        1,
        lane.isSlow() ? 1 : 0,
        lane.isSpared() ? 1 : 0,
        queue.complete() ? 0 : 1,
        queue.hotSize() + queue.parkedSize(),
        0,
        0,
        Math.max(
            overdue(lane, queue.firstHot(), nowMillis),
            overdue(lane, queue.firstParked(), nowMillis)));
  }

  private static long overdue(Lane lane, @Nullable Delivery first, long nowMillis) {
    boolean held = lane.endpoint.row().state() != EndpointState.ENABLED || lane.isSpared();
    if (first == null || held) {
      return 0;
    }
    return Math.max(0, nowMillis - Math.max(first.row.due(), first.row.notBefore()));
  }

  static LaneGauges of(Permits permits) {
    return new LaneGauges(0, 0, 0, 0, 0, permits.inUse(), permits.bytesInUse(), 0);
  }

  public LaneGauges and(LaneGauges other) {
    return new LaneGauges(
        lanes + other.lanes,
        slow + other.slow,
        circuitOpen + other.circuitOpen,
        unloaded + other.unloaded,
        loaded + other.loaded,
        permits + other.permits,
        bytesUnderWay + other.bytesUnderWay,
        Math.max(overdueMillis, other.overdueMillis));
  }
}
