package dev.posthorn.internal.engine.base;

import dev.posthorn.spi.store.Lease;

/**
 * Lets the lanes of a loop start exchanges only while this process holds the lease of the store and
 * the engine has not ended for good. Without the lease they sleep; the watch looks ten times a
 * second whether it is back, and then gives each of them a turn. Owned by the loop.
 */
public final class LeaseWatch {
  private static final long LOOK_NANOS = 100_000_000;

  /** The number of looks until the store is asked whether another process has taken over. */
  private static final int LOOKS = 10;

  private final Lease lease;
  private final Condition condition;
  private final Lanes lanes;

  /** True once an exchange could not start, until all lanes had a turn. */
  private boolean missed;

  /** True while the next look is planned. */
  private boolean looking;

  private int looks;

  /** The lanes of a loop, as this needs them. */
  public interface Lanes {
    /** Runs a task on the loop after a time. */
    void later(long nanos, Runnable task);

    /** Gives each lane a turn: the lease is back. */
    void wakeUp();

    /** The lease is still not held: it is to be found out whether it will ever be. */
    void stillWithout();
  }

  public LeaseWatch(Lease lease, Condition condition, Lanes lanes) {
    this.lease = lease;
    this.condition = condition;
    this.lanes = lanes;
  }

  /** Returns whether an exchange may start now. If not, the lanes have a turn once it may. */
  public boolean maySend() {
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
      lanes.later(LOOK_NANOS, this::look);
      looking = true;
    }
  }

  private boolean isHeld() {
    return !condition.hasFailed() && lease.isHeld();
  }

  private void look() {
    looking = false;
    if (isBack()) {
      lanes.wakeUp();
    } else if (missed) {
      lookLater();
      looks++;
      if (looks % LOOKS == 0) {
        lanes.stillWithout();
      }
    }
  }

  /** Returns whether the lanes must have a turn, since exchanges may start again; only once. */
  public boolean isBack() {
    boolean back = missed && isHeld();
    missed &= !back;
    return back;
  }
}
