package dev.posthorn.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an endpoint is delivered to.
 *
 * @param ordered one delivery in flight, the next only after the outcome of the last is committed
 * @param rateLimit attempts a second at most, spread evenly, or 0 for no limit
 * @param concurrency exchanges at the same time at most, or 0 for the engine's default
 * @param timeoutMillis the whole time-out of an exchange, or 0 for the engine's default
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
  /**
   * What an endpoint has whose owner chose nothing: Standard Webhooks, and no limits of its own.
   */
  public static final EndpointPolicy DEFAULT = new EndpointPolicy(false, 0, 0, 0, null, "standard");
}
