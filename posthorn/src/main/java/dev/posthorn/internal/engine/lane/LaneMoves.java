package dev.posthorn.internal.engine.lane;

import dev.posthorn.spi.store.rows.LiveRow;
import java.util.List;

/**
 * Moves rows of a lane within the store, one {@link MoveEntry} at a time; what is on its way counts
 * as busy. Owned by its lane.
 */
final class LaneMoves {
  private static final int MAX_ROWS = 256;

  private final Lane lane;
  private List<Delivery> underWay = List.of();

  LaneMoves(Lane lane) {
    this.lane = lane;
  }

  /** Returns the deliveries whose rows are being moved. */
  List<Delivery> underWay() {
    return underWay;
  }

  /** While nothing can go, what is in {@code hot} makes room for lanes that can use it. */
  void moveToParked() {
    boolean some = lane.isStuck() && lane.queue.hotSize() > 0;
    if (some && underWay.isEmpty() && !lane.loop.stopping()) {
      lane.shutGate();
      List<Delivery> taken = lane.queue.takeHot(MAX_ROWS);
      lane.loop.context().log().parking(lane.endpoint, taken.size());
      move(taken);
    }
  }

  /**
   * Gives a delivery the place of the time that it waits for: while the endpoint's deliveries were
   * ordered it had the place of its first one. Returns whether the lane can go on at once.
   */
  boolean moveToItsTime(Delivery delivery) {
    if (!underWay.isEmpty()) {
      return false; // it has its turn when that is on disk
    }
    lane.queue.take(delivery);
    move(List.of(delivery));
    return true;
  }

  private void move(List<Delivery> taken) {
    underWay = taken;
    lane.loop.context().journal().submit(new MoveEntry(lane, taken));
  }

  /** Rows are in {@code parked}, in the places that they were to have there. */
  void moved(List<Delivery> deliveries, List<LiveRow> rows) {
    underWay = List.of();
    if (lane.isClosed()) {
      return;
    }
    for (int i = 0; i < deliveries.size(); i++) {
      Delivery delivery = deliveries.get(i);
      lane.leave(delivery);
      lane.waits(delivery.again(rows.get(i)));
    }
    lane.loop.ready(lane);
  }

  /** Rows could not be moved: they are where they were. */
  void notMoved(List<Delivery> deliveries) {
    underWay = List.of();
    deliveries.forEach(lane::putBack);
    lane.loop.readyLater(lane, 0);
  }
}
