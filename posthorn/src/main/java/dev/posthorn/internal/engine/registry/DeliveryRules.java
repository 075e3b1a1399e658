package dev.posthorn.internal.engine.registry;

import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.spi.store.rows.EndpointPolicy;
import dev.posthorn.spi.wire.WireFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules by which one endpoint's deliveries are retried: its own where it has some, else those
 * of the event type, else the engine's.
 */
public final class DeliveryRules {
  /** The least time for which a delivery without an exchange waits before it fails. */
  public static final long PATIENCE_MILLIS = 24 * 3_600_000L;

  private final EndpointPolicy policy;
  private final EngineOptions options;
  private final WireFormat format;
  private final List<Long> retryWaits;
  private final long lifetimeMillis;

  public DeliveryRules(EndpointPolicy policy, EngineOptions options, WireFormat format) {
    this(policy, options, format, retryWaits(policy, null, options));
  }

  private DeliveryRules(
      EndpointPolicy policy, EngineOptions options, WireFormat format, List<Long> retryWaits) {
    this.policy = policy;
    this.options = options;
    this.format = format;
    this.retryWaits = retryWaits;
    this.lifetimeMillis = lifetimeMillis(policy, retryWaits, options);
  }

  /**
   * Returns the rules for deliveries of an event type.
   *
   * @param typeWaits the waits that it sets, or null
   */
  DeliveryRules forType(@Nullable List<Long> typeWaits) {
    return typeWaits == null || policy.retryWaits() != null
        ? this
        : new DeliveryRules(policy, options, format, typeWaits);
  }

  private static List<Long> retryWaits(
      EndpointPolicy policy, @Nullable List<Long> typeWaits, EngineOptions options) {
    List<Long> own = policy.retryWaits();
    if (own != null) {
      return own;
    }
    return typeWaits == null ? options.retryWaits() : typeWaits;
  }

  private static long lifetimeMillis(
      EndpointPolicy policy, List<Long> retryWaits, EngineOptions options) {
    long timeout =
        policy.timeoutMillis() > 0 ? policy.timeoutMillis() : options.exchange().totalMillis();
    long waits = 0;
    for (int i = 0; i < retryWaits.size(); i++) {
      waits += retryWaits.get(i);
    }
    return Math.round(waits * (1 + options.jitter())) + (retryWaits.size() + 1) * timeout;
  }

  /**
   * Returns the time until which a delivery that is due at a time may wait for its first exchange.
   * It needs no wire format: messages are accepted also for an endpoint with an unknown format.
   */
  static long deadline(
      EndpointPolicy policy, @Nullable List<Long> typeWaits, EngineOptions options, long due) {
    long lifetime = lifetimeMillis(policy, retryWaits(policy, typeWaits, options), options);
    return due + Math.max(lifetime, PATIENCE_MILLIS);
  }

  public List<Long> retryWaits() {
    return retryWaits;
  }

  public double jitter() {
    return options.jitter();
  }

  public long retryAfterCapMillis() {
    return options.health().retryAfterCapMillis();
  }

  /**
   * Returns the most time that a delivery takes from its first exchange: all waits and all
   * timeouts.
   */
  public long lifetimeMillis() {
    return lifetimeMillis;
  }

  public boolean retries(int status) {
    return format.retries(status);
  }
}
