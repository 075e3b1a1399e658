package dev.posthorn.engine;

import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * How many deliveries of one loop may be under way: a pool for lanes that do well, a share of it
 * for those that are slow or fail. Owned by the loop.
 */
class Permits {
  private final int most;
  private final int mostSlow;
  private final ArrayDeque<Lane> starved = new ArrayDeque<>();
  private final ArrayDeque<Lane> starvedSlow = new ArrayDeque<>();
  private int inUse;
  private int inUseSlow;

  Permits(EngineLimits limits, int loops) {
    most = Math.max(1, limits.permits() / loops);
    mostSlow = Math.max(1, (int) (most * limits.slowShare()));
  }

  int inUse() {
    return inUse + inUseSlow;
  }

  /** Takes a permit; if there is none, the lane is told when there is. */
  final boolean take(Lane lane) {
    boolean slow = lane.isSlow();
    if (slow ? maySlow(inUseSlow, mostSlow) : inUse < most && inUse + inUseSlow < 2 * most) {
      force(lane);
      return true;
    }
    if (!lane.starved) {
      lane.starved = true;
      (slow ? starvedSlow : starved).addLast(lane);
    }
    return false;
  }

  /** Returns whether a slow lane may take one more. */
  boolean maySlow(int held, int share) {
    return held < share;
  }

  /** Takes a permit whether there is one or not. */
  void force(Lane lane) {
    if (lane.isSlow()) {
      inUseSlow++;
    } else {
      inUse++;
    }
  }

  /** Gives a permit back. */
  void give(Lane lane) {
    if (lane.isSlow()) {
      inUseSlow--;
    } else {
      inUse--;
    }
  }

  /** A lane became slow, or recovered: its permits move to the other pool. */
  void move(Lane lane, int held, boolean slow) {
    int toSlow = slow ? held : -held;
    inUseSlow += toSlow;
    inUse -= toSlow;
  }

  /**
   * Names lanes that wait for a permit, no more than there are permits; they ask again in their
   * turn.
   */
  void wake(Consumer<Lane> ready) {
    wake(starved, Math.min(most - inUse, 2 * most - inUse - inUseSlow), ready);
    wake(starvedSlow, mostSlow - inUseSlow, ready);
  }

  private static void wake(ArrayDeque<Lane> lanes, int free, Consumer<Lane> ready) {
    for (int i = 0; i < free && !lanes.isEmpty(); i++) {
      Lane lane = lanes.pollFirst();
      lane.starved = false;
      ready.accept(lane);
    }
  }
}
