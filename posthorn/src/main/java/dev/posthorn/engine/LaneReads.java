package dev.posthorn.engine;

import dev.posthorn.store.DeliveryState;
import dev.posthorn.store.LiveRow;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what a lane needs from the store: its parked rows in pages, some time before they are due,
 * and the payloads that are not in memory. One read of each kind at a time. Owned by its lane.
 */
final class LaneReads {
  private static final int PAGE = 256;
  private static final int BODIES = 32;
  private static final long AHEAD_MILLIS = 2_000;

  private final Lane lane;
  private boolean loadingBodies;

  /** How many reads failed in a row. */
  private int failures;

  LaneReads(Lane lane) {
    this.lane = lane;
  }

  // ---- pages ---------------------------------------------------------------------------------

  /** Returns when a page is to be read, in wall time, or {@link Long#MAX_VALUE}. */
  long pageAtMillis() {
    LaneQueue queue = lane.queue;
    boolean wanted =
        !queue.complete()
            && !queue.reading()
            && queue.parkedSize() <= lane.loop.parkedRoom(lane) / 4;
    // Before the first page the time is the smallest there is.
    return wanted ? Math.max(0, queue.nextDue()) - AHEAD_MILLIS : Long.MAX_VALUE;
  }

  /** Reads a page if it is time. */
  void readPage(long nowMillis) {
    if (pageAtMillis() <= nowMillis) {
      lane.loop.readPage(lane, Math.min(PAGE, Math.max(2, lane.loop.parkedRoom(lane))));
    }
  }

  void pageRead(List<LiveRow> rows, int limit) {
    lane.queue.pageArrived(rows, limit, lane.loop.parkedRoom(lane));
    failures = 0;
    lane.loop.ready(lane);
  }

  void pageNotRead() {
    lane.queue.notRead();
    lane.loop.readyLater(lane, failures++);
  }

  // ---- payloads ------------------------------------------------------------------------------

  /** Reads the payloads of the first deliveries that are due, as many as may go. */
  void loadBodies(int mayGo, long nowMillis) {
    if (loadingBodies) {
      return;
    }
    List<Long> ids = new ArrayList<>();
    int most = Math.min(BODIES, Math.max(1, mayGo));
    lane.queue.eachDue(
        nowMillis,
        delivery -> {
          if (delivery.payload == null) {
            ids.add(delivery.row.message());
          }
          return ids.size() < most;
        });
    loadingBodies = true;
    lane.loop.loadBodies(lane, ids.stream().mapToLong(Long::longValue).toArray());
  }

  /** Payloads were read; a delivery whose message is past its retention can only fail. */
  void bodiesLoaded(Bodies bodies, long nowMillis) {
    loadingBodies = false;
    List<Delivery> lost = new ArrayList<>();
    lane.queue.eachDue(
        nowMillis,
        delivery -> {
          if (delivery.payload == null) {
            delivery.payload = bodies.take(delivery.row.message());
            if (delivery.payload == null && bodies.isMissing(delivery.row.message())) {
              lost.add(delivery);
            }
          }
          return !bodies.isEmpty();
        });
    for (Delivery delivery : lost) {
      lane.endWaiting(delivery, DeliveryState.FAILED, EndReason.RETENTION);
    }
    bodies.releaseRest();
    failures = 0;
    lane.loop.ready(lane);
  }

  void bodiesNotLoaded() {
    loadingBodies = false;
    lane.loop.readyLater(lane, failures++);
  }
}
