package dev.posthorn.internal.engine.registry;

import java.util.LinkedHashSet;

/**
 * Spreads the attempts of all endpoints of one application evenly, one each 1/rate seconds.
 *
 * <p>Lanes that want to make an attempt stand in line. The first waits for its moment, each other
 * until it is told that it is the first. No lane has a moment of its own before, so a changed rate
 * is in force at once, and who leaves the line takes nothing with it. Thread-safe: the lanes of an
 * application are on all loops.
 */
public final class ApplicationRate {
  /** The wait of a lane that is not the first: it is told. */
  public static final long UNTIL_TOLD = Long.MAX_VALUE;

  /** The most delay of the first in line that the next attempts make up for. */
  private static final long LATE_NANOS = 50_000_000;

  private final LinkedHashSet<Turn> line = new LinkedHashSet<>();
  private volatile long intervalNanos;
  private long nextNanos;
  private boolean started;

  /** The place of one lane in line. Its fields belong to the rate. */
  static final class Turn {
    private final Runnable wake;
    private boolean waited;
    private boolean goesFirst;

    /**
     * Creates a turn that is not in line.
     *
     * @param wake has the lane look whether it may go; called on any thread, must not block
     */
    Turn(Runnable wake) {
      this.wake = wake;
    }
  }

  /** Sets the rate in attempts a second; 0 for no limit. */
  synchronized void rate(int perSecond) {
    long interval = RateLimiter.intervalNanos(perSecond);
    if (interval != intervalNanos) {
      nextNanos += interval - intervalNanos;
      intervalNanos = interval;
      wakeFirst();
    }
  }

  /** Returns whether there is a limit. */
  boolean isLimited() {
    return intervalNanos != 0;
  }

  /**
   * Stands in line, unless the lane does already.
   *
   * @return how long until it may make an attempt; 0 or less if it may now, {@link #UNTIL_TOLD} if
   *     others are before it
   */
  synchronized long enter(Turn turn, long now) {
    if (intervalNanos == 0) {
      leave(turn, false);
      return 0;
    }
    if (!line.contains(turn)) {
      if (turn.goesFirst) {
        line.addFirst(turn);
      } else {
        line.addLast(turn);
      }
    }
    long wait = isFirst(turn) ? left(now) : UNTIL_TOLD;
    turn.waited |= wait > 0;
    return wait;
  }

  private long left(long now) {
    return started ? nextNanos - now : 0;
  }

  private boolean isFirst(Turn turn) {
    return !line.isEmpty() && line.getFirst().equals(turn);
  }

  /** The lane makes an attempt, and leaves the line. */
  synchronized void take(Turn turn, long now) {
    long from = started && turn.waited ? now - LATE_NANOS : now;
    nextNanos = (started && nextNanos - from > 0 ? nextNanos : from) + intervalNanos;
    started = true;
    leave(turn, false);
  }

  /** An attempt was not made after all: the next one need not wait for it. */
  synchronized void giveBack() {
    if (intervalNanos != 0) {
      nextNanos -= intervalNanos;
      wakeFirst();
    }
  }

  /**
   * Leaves the line.
   *
   * @param goesFirst whether the lane, which could not use its turn yet, will not have to wait for
   *     another one
   */
  synchronized void leave(Turn turn, boolean goesFirst) {
    turn.goesFirst = goesFirst;
    turn.waited &= goesFirst;
    boolean first = isFirst(turn);
    boolean left = line.remove(turn);
    if (first || (left && intervalNanos == 0)) {
      wakeFirst();
    }
  }

  /** Without a limit each lane that goes wakes two: so all go soon, and nobody has to wake all. */
  private void wakeFirst() {
    line.stream().limit(intervalNanos == 0 ? 2 : 1).forEach(turn -> turn.wake.run());
  }
}
