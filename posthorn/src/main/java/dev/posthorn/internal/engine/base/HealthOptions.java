package dev.posthorn.internal.engine.base;

/**
 * Rules that spare or disable an endpoint that fails.
 *
 * @param breakerFailures failures in a row that open the circuit breaker
 * @param breakerMinMillis the time for which it stays open at first
 * @param breakerMaxMillis the longest time for which it stays open; it doubles each time the probe
 *     fails
 * @param slowMillis an exchange under way for longer makes its lane count as slow
 * @param retryAfterCapMillis the longest Retry-After of a receiver that is obeyed, or {@link
 *     #IGNORE_RETRY_AFTER}
 * @param disableAfterMillis an endpoint with nothing but failures for this long, spread over that
 *     time, is disabled
 */
public record HealthOptions(
    int breakerFailures,
    long breakerMinMillis,
    long breakerMaxMillis,
    long slowMillis,
    long retryAfterCapMillis,
    long disableAfterMillis) {

  /** Ignores Retry-After: the attempt is spent and the schedule holds. */
  public static final long IGNORE_RETRY_AFTER = 0;

  /** 10 failures, 1 s to 60 s, slow after 1 s, Retry-After up to 1 hour, disabled after 5 days. */
  public static final HealthOptions DEFAULT =
      new HealthOptions(10, 1_000, 60_000, 1_000, 3_600_000, 5L * 24 * 3_600_000);

  /** Returns a builder that begins with these options. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** A builder of options. */
  public static final class Builder {
    private int breakerFailures;
    private long breakerMinMillis;
    private long breakerMaxMillis;
    private long slowMillis;
    private long retryAfterCapMillis;
    private long disableAfterMillis;

    private Builder(HealthOptions options) {
      this.breakerFailures = options.breakerFailures;
      this.breakerMinMillis = options.breakerMinMillis;
      this.breakerMaxMillis = options.breakerMaxMillis;
      this.slowMillis = options.slowMillis;
      this.retryAfterCapMillis = options.retryAfterCapMillis;
      this.disableAfterMillis = options.disableAfterMillis;
    }

    /** Sets the number of failures in a row that open the circuit breaker. */
    public Builder breakerFailures(int failures) {
      this.breakerFailures = failures;
      return this;
    }

    /** Sets the time that the circuit breaker stays open first. */
    public Builder breakerMinMillis(long millis) {
      this.breakerMinMillis = millis;
      return this;
    }

    /** Sets the longest time that the circuit breaker stays open. */
    public Builder breakerMaxMillis(long millis) {
      this.breakerMaxMillis = millis;
      return this;
    }

    /** Sets the time after which an exchange under way makes its lane count as slow. */
    public Builder slowMillis(long millis) {
      this.slowMillis = millis;
      return this;
    }

    /**
     * Sets the longest time for which a Retry-After is heeded, or {@link
     * HealthOptions#IGNORE_RETRY_AFTER}.
     */
    public Builder retryAfterCapMillis(long millis) {
      this.retryAfterCapMillis = millis;
      return this;
    }

    /** Sets the time of nothing but failures after which an endpoint is disabled. */
    public Builder disableAfterMillis(long millis) {
      this.disableAfterMillis = millis;
      return this;
    }

    /** Returns the options. */
    public HealthOptions build() {
      return new HealthOptions(
          breakerFailures,
          breakerMinMillis,
          breakerMaxMillis,
          slowMillis,
          retryAfterCapMillis,
          disableAfterMillis);
    }
  }
}
