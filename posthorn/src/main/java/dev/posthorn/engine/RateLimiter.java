package dev.posthorn.engine;

/**
 * Spreads attempts evenly: one each 1/rate seconds, with no burst after a pause. This is the
 * generic cell rate algorithm (ITU-T I.371) with a tolerance of zero. Owned by its lane.
 */
final class RateLimiter {
  private long intervalNanos;
  private long nextNanos;
  private boolean started;

  /** Sets the rate in attempts a second; 0 for no limit. */
  void rate(int perSecond) {
    intervalNanos = perSecond <= 0 ? 0 : 1_000_000_000L / perSecond;
  }

  /** Returns how long until an attempt is allowed, in nanoseconds; 0 or less if it is now. */
  long waitNanos(long now) {
    return intervalNanos == 0 || !started ? 0 : nextNanos - now;
  }

  /** Counts an attempt that is made now. */
  void take(long now) {
    if (intervalNanos == 0) {
      return;
    }
    nextNanos = (started && nextNanos - now > 0 ? nextNanos : now) + intervalNanos;
    started = true;
  }
}
