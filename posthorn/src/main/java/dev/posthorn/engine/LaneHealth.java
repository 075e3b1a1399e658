package dev.posthorn.engine;

import dev.posthorn.store.EndpointState;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/**
 * What a lane knows of its endpoint, and whether the next exchange may start: circuit breaker,
 * rate, window, exchanges under way, and how long the endpoint wants to be left alone. Owned by its
 * lane.
 */
final class LaneHealth {
  private final EndpointEntry endpoint;
  private final HealthOptions options;
  private final int firstWindow;
  private final CircuitBreaker breaker;
  private final Window window;
  private final RateLimiter rate = new RateLimiter();
  private final LinkedHashSet<Delivery> exchanges = new LinkedHashSet<>(4);
  private final long slowNanos;
  private long holdUntil;
  private long lastSuccess;
  private boolean slow;

  LaneHealth(EndpointEntry endpoint, HealthOptions options, EngineLimits limits) {
    this.endpoint = endpoint;
    this.options = options;
    this.firstWindow = limits.firstWindow();
    this.breaker = new CircuitBreaker(options);
    this.window = new Window(limits.firstWindow(), limits.window());
    this.slowNanos = options.slowMillis() * 1_000_000;
  }

  void rate(int perSecond) {
    rate.rate(perSecond);
  }

  /** Returns whether an exchange may start, for a lane that holds so many permits. */
  boolean mayExchange(int connections, int permits, long nowNanos, long nowMillis) {
    return holdUntil <= nowMillis
        && breaker.allows(nowNanos)
        && rate.waitNanos(nowNanos) <= 0
        && exchanges.size() < connections
        && permits < window();
  }

  /** Returns whether the rate limit allows no exchange now. */
  boolean isRateLimited(long nowNanos) {
    return rate.waitNanos(nowNanos) > 0;
  }

  /** Returns how many permits the lane may hold. */
  int window() {
    return slow ? Math.min(window.size(), firstWindow) : window.size();
  }

  /** Returns until when the endpoint wants to be left alone, in wall time. */
  long holdUntil() {
    return holdUntil;
  }

  /**
   * Returns how long the breaker or the rate forbids an exchange, in nanoseconds; else 0 or less.
   */
  long blockedNanos(long nowNanos) {
    return Math.max(breaker.waitNanos(nowNanos), rate.waitNanos(nowNanos));
  }

  /**
   * Returns when the lane is to be looked at since an exchange takes long, or {@link
   * Long#MAX_VALUE}.
   */
  long slowAtNanos() {
    if (slow || exchanges.isEmpty()) {
      return Long.MAX_VALUE;
    }
    long quietSince = exchanges.getFirst().startedNanos;
    if (lastSuccess != 0 && lastSuccess - quietSince > 0) {
      quietSince = lastSuccess;
    }
    return quietSince + slowNanos;
  }

  /** Returns whether nothing is known that would be lost with the lane. */
  boolean forgettable(long nowNanos, long nowMillis) {
    return breaker.state(nowNanos) == CircuitBreaker.State.CLOSED
        && holdUntil <= nowMillis
        && rate.waitNanos(nowNanos) <= 0;
  }

  /** Returns whether the breaker is not closed. */
  boolean isSpared(long nowNanos) {
    return breaker.state(nowNanos) != CircuitBreaker.State.CLOSED;
  }

  void started(Delivery delivery, long nowNanos) {
    breaker.started();
    rate.take(nowNanos);
    delivery.startedNanos = nowNanos;
    exchanges.add(delivery);
  }

  /** An exchange ended. Returns since when the endpoint fails if that changed, else -1. */
  long finished(Delivery delivery, Verdict verdict, long nowNanos, long nowMillis) {
    exchanges.remove(delivery);
    return switch (verdict.health()) {
      case GOOD -> {
        lastSuccess = nowNanos;
        if (breaker.succeeded()) {
          window.restart();
        }
        window.succeeded();
        yield failingSince(0);
      }
      case BUSY -> {
        holdUntil = Math.max(holdUntil, verdict.holdUntil());
        breaker.inconclusive();
        yield -1;
      }
      case BAD, GONE -> {
        breaker.failed(nowNanos);
        window.failed();
        yield failingSince(endpoint.failingSince == 0 ? nowMillis : endpoint.failingSince);
      }
    };
  }

  private long failingSince(long since) {
    if (endpoint.failingSince == since) {
      return -1;
    }
    endpoint.failingSince = since;
    return since;
  }

  /** Returns the state that a verdict disables the endpoint with, or null. */
  @Nullable EndpointState disabling(Verdict verdict, long nowMillis) {
    return switch (verdict.health()) {
      case GOOD, BUSY -> null;
      case GONE -> EndpointState.DISABLED_GONE;
      case BAD ->
          nowMillis - endpoint.failingSince >= options.disableAfterMillis()
              ? EndpointState.DISABLED_FAILING
              : null;
    };
  }

  /**
   * Returns whether the lane is slow: its breaker is not closed, or an exchange takes long and
   * nothing has succeeded for as long.
   */
  boolean updateSlow(long nowNanos) {
    slow =
        breaker.state(nowNanos) != CircuitBreaker.State.CLOSED
            || (!exchanges.isEmpty()
                && nowNanos - exchanges.getFirst().startedNanos >= slowNanos
                && (lastSuccess == 0 || nowNanos - lastSuccess >= slowNanos));
    return slow;
  }
}
