package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.base.Condition;
import dev.posthorn.spi.store.Lease;

/**
 * Lets the lanes of a loop start exchanges only while this process holds the lease of the store and
 * the engine has not ended for good. Without the lease they sleep; the watch looks ten times a
 * second whether it is back, and then gives each of them a turn. Owned by the loop.
 */
final class LeaseWatch {
  private static final long LOOK_NANOS = 100_000_000;

  private final Lease lease;
  private final ShardLoop loop;
  private final Condition condition;

  /** True once an exchange could not start, until all lanes had a turn. */
  private boolean missed;

  /** Whether the next look is planned. */
  private boolean looking;

  LeaseWatch(ShardLoop loop, LaneContext context) {
    this.lease = context.runtime().store().lease();
    this.loop = loop;
    this.condition = context.guard().condition();
  }

  /** Returns whether an exchange may start now. If not, the lanes have a turn once it may. */
  boolean maySend() {
    if (isHeld()) {
      return true;
    }
    missed = true;
    if (!looking) {
      lookLater();
    }
    return false;
  }

  private void lookLater() {
    if (!condition.hasFailed()) { // else it is of no use
      var unused = loop.schedule(LOOK_NANOS, this::look);
      looking = true;
    }
  }

  private boolean isHeld() {
    return !condition.hasFailed() && lease.isHeld();
  }

  private void look() {
    looking = false;
    if (isBack()) {
      loop.readyAll();
    } else if (missed) {
      lookLater();
      loop.context().journal().wake(); // upkeep tells whether another process has taken over
    }
  }

  /** Returns whether the lanes must have a turn, since exchanges may start again; only once. */
  boolean isBack() {
    boolean back = missed && isHeld();
    missed &= !back;
    return back;
  }
}
