package dev.posthorn.engine;

import dev.posthorn.store.EndpointState;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Takes the census of one loop, some lanes at a time, so that deliveries do not wait for it. */
final class CensusTaker {
  private static final int SLICE = 256;

  private final ShardLoop loop;
  private final CompletableFuture<Census> done = new CompletableFuture<>();
  private List<Lane> lanes = List.of();
  private int next;
  private int slow;
  private int spared;
  private int unloaded;
  private long loaded;
  private long overdueMillis;

  private CensusTaker(ShardLoop loop) {
    this.loop = loop;
  }

  /** Begins; the future completes on the loop. */
  static CompletableFuture<Census> take(ShardLoop loop) {
    CensusTaker taker = new CensusTaker(loop);
    loop.execute(
        () -> {
          taker.lanes = loop.allLanes();
          taker.slice();
        });
    return taker.done;
  }

  private void slice() {
    long now = loop.millis();
    int end = Math.min(lanes.size(), next + SLICE);
    while (next < end) {
      count(lanes.get(next++), now);
    }
    if (next < lanes.size()) {
      loop.execute(this::slice);
    } else {
      int permits = loop.permits().inUse();
      done.complete(
          new Census(lanes.size(), slow, spared, unloaded, loaded, permits, overdueMillis));
    }
  }

  private void count(Lane lane, long now) {
    LaneQueue queue = lane.queue;
    slow += lane.isSlow() ? 1 : 0;
    spared += lane.isSpared() ? 1 : 0;
    unloaded += queue.complete() ? 0 : 1;
    loaded += queue.hotSize() + queue.parkedSize();
    if (lane.endpoint.row().state() == EndpointState.ENABLED) {
      overdue(queue.firstHot(), now);
      overdue(queue.firstParked(), now);
    }
  }

  private void overdue(@Nullable Delivery first, long now) {
    if (first != null) {
      long due = Math.max(first.row.due(), first.row.notBefore());
      overdueMillis = Math.max(overdueMillis, now - due);
    }
  }
}
