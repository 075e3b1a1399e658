package dev.posthorn.internal.sqlite.log;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * When the write-ahead log is to be emptied, since it holds what was removed for good. That is soon
 * after a removal, but not all the time: an empty log has to grow again. While somebody reads the
 * log it is tried less and less often.
 */
final class Erasure {
  /** No more often than that, however often something is removed. */
  static final long PACE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final LongSupplier clock;

  /** How many removals there were, and how many of them the log held when it was last emptied. */
  private long removals;

  private long erased;
  private long dueAt;
  private long pause = FIRST_PAUSE_NANOS;

  Erasure(LongSupplier clock) {
    this.clock = clock;
    this.dueAt = clock.getAsLong();
  }

  /** Notes a removal that was committed. */
  synchronized void request() {
    removals++;
  }

  /** Returns how long there is nothing to do, or -1 until the next removal. */
  synchronized long waitNanos() {
    return removals == erased ? -1 : Math.max(0, dueAt - clock.getAsLong());
  }

  boolean isDue() {
    return waitNanos() == 0;
  }

  /** Returns what {@link #succeeded} takes; called before the log is emptied. */
  synchronized long begin() {
    return removals;
  }

  /** The log was emptied, and so is rid of all removals before {@link #begin}. */
  synchronized void succeeded(long begun) {
    erased = Math.max(erased, begun);
    dueAt = clock.getAsLong() + PACE_NANOS;
    pause = FIRST_PAUSE_NANOS;
  }

  /** Somebody reads the log. */
  synchronized void failed() {
    dueAt = clock.getAsLong() + pause;
    pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
  }
}
