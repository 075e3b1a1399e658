package dev.posthorn.engine;

import dev.posthorn.store.EndpointPolicy;
import dev.posthorn.wire.WireFormat;
import java.util.List;

/**
 * The rules by which one endpoint's deliveries are retried: its own where it has some, else the
 * engine's.
 */
final class DeliveryRules {
  /** A delivery that never had an exchange waits at least so long before it fails. */
  static final long PATIENCE_MILLIS = 24 * 3_600_000L;

  private final List<Long> retryWaits;
  private final double jitter;
  private final long retryAfterCapMillis;
  private final long lifetimeMillis;
  private final WireFormat format;

  DeliveryRules(EndpointPolicy policy, EngineOptions options, WireFormat format) {
    List<Long> own = policy.retryWaits();
    this.retryWaits = own == null ? options.retryWaits() : own;
    this.jitter = options.jitter();
    this.retryAfterCapMillis = options.health().retryAfterCapMillis();
    this.format = format;
    this.lifetimeMillis = lifetimeMillis(policy, options);
  }

  private static long lifetimeMillis(EndpointPolicy policy, EngineOptions options) {
    List<Long> own = policy.retryWaits();
    List<Long> retryWaits = own == null ? options.retryWaits() : own;
    long timeout =
        policy.timeoutMillis() > 0 ? policy.timeoutMillis() : options.exchange().totalMillis();
    long waits = 0;
    for (int i = 0; i < retryWaits.size(); i++) {
      waits += retryWaits.get(i);
    }
    return Math.round(waits * (1 + options.jitter())) + (retryWaits.size() + 1) * timeout;
  }

  /**
   * Returns until when a delivery that is due at a time may wait for its first exchange. It needs
   * no wire format: messages are accepted also for an endpoint whose format is not known here.
   */
  static long deadline(EndpointPolicy policy, EngineOptions options, long due) {
    return due + Math.max(lifetimeMillis(policy, options), PATIENCE_MILLIS);
  }

  List<Long> retryWaits() {
    return retryWaits;
  }

  double jitter() {
    return jitter;
  }

  long retryAfterCapMillis() {
    return retryAfterCapMillis;
  }

  /** Returns how long a delivery may take from its first exchange: all waits and all time-outs. */
  long lifetimeMillis() {
    return lifetimeMillis;
  }

  boolean retries(int status) {
    return format.retries(status);
  }
}
