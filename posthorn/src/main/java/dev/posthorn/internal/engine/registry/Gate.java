package dev.posthorn.internal.engine.registry;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Decides, for one endpoint, whether a new delivery goes to {@code hot} or to {@code parked}.
 *
 * <p>Once one was parked for want of room, all that follow are parked too, until the lane has all
 * parked rows in memory: or the order would break. The writer admits; the lane's loop reopens. The
 * word that they share holds whether the gate is shut and how many rows were parked since; the loop
 * reopens it only if that is how many it was told of, so no row can be forgotten between the two.
 *
 * <p>Danger: every row that {@link #admit} turned away must be told to the lane after its commit,
 * also if the commit failed, or the gate stays shut for good.
 */
public final class Gate {
  private static final long SHUT = Long.MIN_VALUE;

  private final AtomicLong word = new AtomicLong();
  private final AtomicInteger hot = new AtomicInteger();
  private volatile int room;

  /** True while due rows of the lane are only in the store, and the lane has enough in memory. */
  private volatile boolean backlog;

  Gate(int room) {
    this.room = room;
  }

  /**
   * Takes a place in {@code hot} and returns true; or counts a row that must be parked. Writer
   * only.
   */
  public boolean admit(HotBudget budget, boolean recovering) {
    while (true) {
      long now = word.get();
      if (now < 0) {
        if (word.compareAndSet(now, now + 1)) {
          return false;
        }
      } else if (!recovering && hot.get() < room && budget.tryTake()) {
        hot.incrementAndGet();
        return true;
      } else if (word.compareAndSet(now, SHUT | 1)) {
        return false;
      }
    }
  }

  /** Takes a place for a row that is in {@code hot} already: after a restart. */
  public void restored(HotBudget budget) {
    hot.incrementAndGet();
    budget.take();
  }

  /** Gives back a place in {@code hot}. */
  public void left(HotBudget budget) {
    hot.decrementAndGet();
    budget.giveBack();
  }

  /** Turns away all that follow, as if one had been parked. Loop only. */
  public void shut() {
    word.compareAndSet(0, SHUT);
  }

  /** Opens the gate if no more than {@code told} rows were parked since it shut. Loop only. */
  public boolean reopen(long told) {
    return word.compareAndSet(SHUT | told, 0);
  }

  public boolean isShut() {
    return word.get() < 0;
  }

  /** Sets how many rows the lane may have in {@code hot}. */
  public void room(int rows) {
    room = rows;
  }

  /**
   * Takes note whether due rows are only in the store until the lane has room for them. Loop only.
   */
  public void backlog(boolean waits) {
    backlog = waits;
  }

  /**
   * Returns whether the lane has use for the row of another due delivery now. If not, it reads the
   * row from the store when its turn comes.
   */
  public boolean hasUseForRows() {
    return room > 0 && !backlog;
  }

  public int hotRows() {
    return hot.get();
  }
}
