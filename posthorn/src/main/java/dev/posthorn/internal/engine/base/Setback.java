package dev.posthorn.internal.engine.base;

/**
 * Counts failures in a row, and sets the time of the next try: after 100 ms at first, then twice as
 * long each time, 3 s at most. Owned by one thread.
 */
public final class Setback {
  /** The duration from which on trouble counts as lasting. */
  private static final long LONG_NANOS = 1_000_000_000;

  private int failures;
  private long since;
  private long retryAt;

  public void failed(long nowNanos) {
    if (failures == 0) {
      since = nowNanos;
    }
    retryAt = nowNanos + StoreBackoff.nanos(failures, StoreBackoff.OUTAGE_NANOS);
    failures++;
  }

  public void over() {
    failures = 0;
  }

  public int failures() {
    return failures;
  }

  public boolean isOver() {
    return failures == 0;
  }

  /** Returns the time until the next try; 0 or less if it is due. */
  public long waitNanos(long nowNanos) {
    return failures == 0 ? 0 : retryAt - nowNanos;
  }

  public boolean pauses(long nowNanos) {
    return waitNanos(nowNanos) > 0;
  }

  /** Returns whether it has failed more than once, and for long. */
  public boolean lasts(long nowNanos) {
    return failures > 1 && nowNanos - since >= LONG_NANOS;
  }
}
