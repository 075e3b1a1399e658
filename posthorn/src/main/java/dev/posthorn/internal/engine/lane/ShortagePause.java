package dev.posthorn.internal.engine.lane;

import java.util.random.RandomGenerator;

/**
 * The pause of a lane after this process lacked something: nothing starts for 100 ms at first,
 * twice as long each time, 10 s at most, each up to a half shorter at random; then one exchange
 * tries. Owned by its lane.
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

  /** Returns whether nothing is lacking, as far as is known. */
  boolean isOver() {
    return inARow == 0;
  }

  /** Takes note that an exchange starts. */
  void started() {
    probing = inARow > 0;
  }

  /** Begins or prolongs the pause. Exchanges that began together and failed together count once. */
  void begin(long nowNanos) {
    if (waitNanos(nowNanos) > 0) {
      return;
    }
    long longest = Math.min(LONGEST_NANOS, FIRST_NANOS << Math.min(inARow, MOST_DOUBLED));
    untilNanos = nowNanos + longest - random.nextLong(longest / 2);
    inARow++;
    probing = false;
  }

  /** Takes note of an exchange that proved nothing: the next one tries. */
  void inconclusive() {
    probing = false;
  }

  /** Ends the pause: an exchange was made. */
  void over() {
    inARow = 0;
    probing = false;
  }
}
