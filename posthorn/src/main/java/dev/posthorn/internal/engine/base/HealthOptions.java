package dev.posthorn.internal.engine.base;

/**
 * When an endpoint that fails is spared, and when it is disabled.
 *
 * @param breakerFailures failures in a row that open the circuit breaker
 * @param breakerMinMillis how long it stays open the first time
 * @param breakerMaxMillis how long it stays open at most, after doubling each time the probe fails
 * @param slowMillis an exchange under way for longer makes its lane count as slow
 * @param retryAfterCapMillis the longest that a receiver's Retry-After is heeded, or {@link
 *     #IGNORE_RETRY_AFTER}
 * @param disableAfterMillis an endpoint with nothing but failures for so long, spread over that
 *     time, is disabled
 */
public record HealthOptions(
    int breakerFailures,
    long breakerMinMillis,
    long breakerMaxMillis,
    long slowMillis,
    long retryAfterCapMillis,
    long disableAfterMillis) {

  /** A Retry-After changes nothing: the attempt is spent and the schedule holds. */
  public static final long IGNORE_RETRY_AFTER = 0;

  /** 10 failures, 1 s to 60 s, slow after 1 s, Retry-After up to 1 hour, disabled after 5 days. */
  public static final HealthOptions DEFAULT =
      new HealthOptions(10, 1_000, 60_000, 1_000, 3_600_000, 5L * 24 * 3_600_000);

  /** Returns these options with another time after which an endpoint is disabled. */
  public HealthOptions withDisableAfter(long millis) {
    return new HealthOptions(
        breakerFailures,
        breakerMinMillis,
        breakerMaxMillis,
        slowMillis,
        retryAfterCapMillis,
        millis);
  }
}
