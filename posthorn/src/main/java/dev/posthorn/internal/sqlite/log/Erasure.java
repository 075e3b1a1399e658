package dev.posthorn.internal.sqlite.log;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Schedule for emptying the write-ahead log, which contains removed data. The log is emptied soon
 * after a removal, but not constantly: an empty log has to grow again. While readers use the log,
 * attempts become less and less frequent.
 */
final class Erasure {
  /** Minimum time between two attempts, however often data is removed. */
  static final long PACE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final LongSupplier clock;

  /** Number of removals so far; and of removals that the log contained when it was last emptied. */
  private long removals;

  private long erased;
  private long dueAt;
  private long pause = FIRST_PAUSE_NANOS;

  Erasure(LongSupplier clock) {
    this.clock = clock;
    this.dueAt = clock.getAsLong();
  }

  /** Records a committed removal. */
  synchronized void request() {
    removals++;
  }

  /** Returns the time until there is work, or -1 to wait for the next removal. */
  synchronized long waitNanos() {
    return removals == erased ? -1 : Math.max(0, dueAt - clock.getAsLong());
  }

  boolean isDue() {
    return waitNanos() == 0;
  }

  /** Returns the argument for {@link #succeeded}; must be called before the log is emptied. */
  synchronized long begin() {
    return removals;
  }

  /** Records that the log was emptied, and no longer contains removals before {@link #begin}. */
  synchronized void succeeded(long begun) {
    erased = Math.max(erased, begun);
    dueAt = clock.getAsLong() + PACE_NANOS;
    pause = FIRST_PAUSE_NANOS;
  }

  /** Records that a reader used the log. */
  synchronized void failed() {
    dueAt = clock.getAsLong() + pause;
    pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
  }
}
