package dev.posthorn.internal.engine.lane;

import java.util.random.RandomGenerator;

/**
 * A lane's pause after this process was short of something: nothing starts for 100 ms at first,
 * twice as long each time, 10 s at most, each up to a half shorter at random; then one exchange
 * finds out whether there is enough again. Owned by its lane.
 */
final class ShortagePause {
  private static final long FIRST_NANOS = 100_000_000;
  private static final long LONGEST_NANOS = 10_000_000_000L;
  private static final int MOST_DOUBLED = 10;

  private final RandomGenerator random;
  private int inARow;
  private long untilNanos;
  private boolean probing;

  ShortagePause(RandomGenerator random) {
    this.random = random;
  }

  /** Returns whether an exchange may start now. */
  boolean allows(long nowNanos) {
    return inARow == 0 || (!probing && untilNanos - nowNanos <= 0);
  }

  /** Returns how long the pause goes on, in nanoseconds; 0 or less if there is none. */
  long waitNanos(long nowNanos) {
    return inARow == 0 ? 0 : untilNanos - nowNanos;
  }

  /** Returns whether nothing is short, as far as is known. */
  boolean isOver() {
    return inARow == 0;
  }

  /** An exchange starts. */
  void started() {
    probing = inARow > 0;
  }

  /** Something was short. What began together and is short together counts once. */
  void begin(long nowNanos) {
    if (waitNanos(nowNanos) > 0) {
      return;
    }
    long longest = Math.min(LONGEST_NANOS, FIRST_NANOS << Math.min(inARow, MOST_DOUBLED));
    untilNanos = nowNanos + longest - random.nextLong(longest / 2);
    inARow++;
    probing = false;
  }

  /** An exchange ended and showed nothing: the next one finds out. */
  void inconclusive() {
    probing = false;
  }

  /** An exchange came about. */
  void over() {
    inARow = 0;
    probing = false;
  }
}
