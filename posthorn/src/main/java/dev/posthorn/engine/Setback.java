package dev.posthorn.engine;

/**
 * Counts how often something failed in a row, and says when it is to be tried again: after 100 ms
 * at first, then twice as long each time, 5 s at most. Owned by one thread.
 */
final class Setback {
  private static final long LONGEST_NANOS = 5_000_000_000L;

  /** What lasts for so long is no moment's trouble. */
  private static final long LONG_NANOS = 1_000_000_000;

  private int failures;
  private long since;
  private long retryAt;

  void failed(long nowNanos) {
    if (failures == 0) {
      since = nowNanos;
    }
    retryAt = nowNanos + RefusalPause.nanos(failures, LONGEST_NANOS);
    failures++;
  }

  void over() {
    failures = 0;
  }

  int failures() {
    return failures;
  }

  boolean isOver() {
    return failures == 0;
  }

  /** Returns how long to wait before the next try; 0 or less if it is time. */
  long waitNanos(long nowNanos) {
    return failures == 0 ? 0 : retryAt - nowNanos;
  }

  boolean pauses(long nowNanos) {
    return waitNanos(nowNanos) > 0;
  }

  /** Returns whether it has failed for long. */
  boolean lasts(long nowNanos) {
    return failures > 1 && nowNanos - since >= LONG_NANOS;
  }
}
