package dev.posthorn.spi.store.rows;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The delivery rules of one endpoint. Derive another policy with {@link #toBuilder()}; only the
 * builder may pass the components by position.
 *
 * @param ordered whether at most one delivery is in flight, and the next starts only after the
 *     outcome of the last is committed
 * @param rateLimit the maximum number of attempts per second, spread evenly, or 0 for no limit
 * @param concurrency the maximum number of concurrent exchanges, or 0 for the engine's default
 * @param timeoutMillis the total timeout of an exchange, or 0 for the engine's default
 * @param retryWaits the waits before the second, third, … attempt in milliseconds; null for the
 *     engine's default
 * @param wireFormat the name of the wire format that signs and frames its requests
 */
public record EndpointPolicy(
    boolean ordered,
    int rateLimit,
    int concurrency,
    int timeoutMillis,
    @Nullable List<Long> retryWaits,
    String wireFormat) {

  private static final String STANDARD = "standard";

  /** The default policy: Standard Webhooks, no limits. */
  public static final EndpointPolicy DEFAULT = new EndpointPolicy(false, 0, 0, 0, null, STANDARD);

  /**
   * Creates a policy. The name of the standard format is stored once, since all endpoints are in
   * memory.
   */
  public EndpointPolicy {
    retryWaits = retryWaits == null ? null : List.copyOf(retryWaits);
    wireFormat = wireFormat.equals(STANDARD) ? STANDARD : wireFormat;
  }

  /** Returns a builder that starts from the default policy. */
  public static Builder builder() {
    return DEFAULT.toBuilder();
  }

  /** Returns a builder that starts from this policy. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Builder of policies. */
  public static final class Builder {
    private boolean ordered;
    private int rateLimit;
    private int concurrency;
    private int timeoutMillis;
    private @Nullable List<Long> retryWaits;
    private String wireFormat;

    private Builder(EndpointPolicy policy) {
      this.ordered = policy.ordered;
      this.rateLimit = policy.rateLimit;
      this.concurrency = policy.concurrency;
      this.timeoutMillis = policy.timeoutMillis;
      this.retryWaits = policy.retryWaits;
      this.wireFormat = policy.wireFormat;
    }

    /** Sets whether deliveries are ordered. */
    public Builder ordered(boolean inOrder) {
      this.ordered = inOrder;
      return this;
    }

    /** Sets the maximum number of attempts per second; 0 for no limit. */
    public Builder rateLimit(int perSecond) {
      this.rateLimit = perSecond;
      return this;
    }

    /** Sets the maximum number of concurrent exchanges; 0 for the engine's default. */
    public Builder concurrency(int exchanges) {
      this.concurrency = exchanges;
      return this;
    }

    /** Sets the total timeout of an exchange; 0 for the engine's default. */
    public Builder timeoutMillis(int millis) {
      this.timeoutMillis = millis;
      return this;
    }

    /** Sets the waits between attempts in milliseconds; null for the engine's default. */
    public Builder retryWaits(@Nullable List<Long> waits) {
      this.retryWaits = waits;
      return this;
    }

    /** Sets the name of the wire format. */
    public Builder wireFormat(String name) {
      this.wireFormat = name;
      return this;
    }

    /** Returns the policy. */
    public EndpointPolicy build() {
      return new EndpointPolicy(
          ordered, rateLimit, concurrency, timeoutMillis, retryWaits, wireFormat);
    }
  }
}
