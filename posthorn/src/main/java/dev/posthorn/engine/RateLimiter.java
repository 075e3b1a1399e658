package dev.posthorn.engine;

/**
 * Spreads an endpoint's attempts evenly: one each 1/rate seconds, with no burst after a pause. This
 * is the generic cell rate algorithm (ITU-T I.371) with a tolerance of zero. What its application
 * may have in all comes on top. Owned by its lane.
 */
final class RateLimiter {
  private long intervalNanos;
  private long nextNanos;
  private boolean started;
  private final ApplicationRate application;
  private boolean reserved;
  private long momentNanos;

  RateLimiter(ApplicationRate application) {
    this.application = application;
  }

  /** Sets the rate in attempts a second; 0 for no limit. */
  void rate(int perSecond) {
    intervalNanos = perSecond <= 0 ? 0 : 1_000_000_000L / perSecond;
  }

  /** Returns how long until an attempt is allowed, in nanoseconds; 0 or less if it is now. */
  long waitNanos(long now) {
    long own = intervalNanos == 0 || !started ? 0 : nextNanos - now;
    return reserved ? Math.max(own, momentNanos - now) : own;
  }

  /** Returns whether an attempt is allowed now; if it is not, it will be after the wait. */
  boolean allows(long now) {
    if (!reserved && waitNanos(now) <= 0) {
      momentNanos = application.reserve(now);
      reserved = true;
    }
    return waitNanos(now) <= 0;
  }

  /** Counts an attempt that is made now. */
  void take(long now) {
    reserved = false;
    if (intervalNanos == 0) {
      return;
    }
    nextNanos = (started && nextNanos - now > 0 ? nextNanos : now) + intervalNanos;
    started = true;
  }
}
