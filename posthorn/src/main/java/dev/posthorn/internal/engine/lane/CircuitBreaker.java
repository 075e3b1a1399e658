package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.base.HealthOptions;

/**
 * Stops attempts to an endpoint that fails, which saves the endpoint and the engine's permits.
 *
 * <p>Only results that show trouble at the receiver are failures, see {@link Verdict.Health#BAD};
 * any other answer is a success. Closed until a number of failures in a row; then open for a while,
 * without attempts; then half-open, with one probe. A successful probe closes the breaker, a failed
 * one opens it for twice as long. Waiting for the breaker spends no attempt. Owned by its lane.
 */
final class CircuitBreaker {
  private final HealthOptions options;
  private State state = State.CLOSED;
  private int failures;
  private long openMillis;
  private long openUntilNanos;
  private boolean probing;

  /** The states of a breaker. */
  enum State {
    CLOSED,
    OPEN,
    HALF_OPEN
  }

  CircuitBreaker(HealthOptions options) {
    this.options = options;
  }

  /** Returns the state; moves from open to half-open when it is time. */
  State state(long nowNanos) {
    if (state == State.OPEN && openUntilNanos - nowNanos <= 0) {
      state = State.HALF_OPEN;
      probing = false;
    }
    return state;
  }

  /** Returns whether an exchange may start now. */
  boolean allows(long nowNanos) {
    return switch (state(nowNanos)) {
      case CLOSED -> true;
      case OPEN -> false;
      case HALF_OPEN -> !probing;
    };
  }

  /** Returns how long the breaker stays open, in nanoseconds; 0 or less if it is not open. */
  long waitNanos(long nowNanos) {
    return state == State.OPEN ? openUntilNanos - nowNanos : 0;
  }

  /** Returns how long it was opened for last, in milliseconds, or 0 if it is closed. */
  long pauseMillis() {
    return openMillis;
  }

  /**
   * Resumes the state from before a restart: open, then half-open.
   *
   * @param pauseMillis how long it was opened for
   * @param leftMillis how much of that is left; it may be over
   */
  void resume(long pauseMillis, long leftMillis, long nowNanos) {
    openMillis = Math.clamp(pauseMillis, options.breakerMinMillis(), options.breakerMaxMillis());
    openUntilNanos = nowNanos + Math.clamp(leftMillis, 0, openMillis) * 1_000_000;
    state = State.OPEN;
  }

  /** An exchange starts. */
  void started() {
    if (state == State.HALF_OPEN) {
      probing = true;
    }
  }

  /** An exchange succeeded. Returns whether that closed the breaker. */
  boolean succeeded() {
    failures = 0;
    boolean closed = state != State.CLOSED;
    state = State.CLOSED;
    openMillis = 0;
    return closed;
  }

  /** An exchange failed. Returns whether that opened the breaker. */
  boolean failed(long nowNanos) {
    failures++;
    boolean probeFailed = state == State.HALF_OPEN && probing;
    if (!probeFailed && (state != State.CLOSED || failures < options.breakerFailures())) {
      return false;
    }
    openMillis =
        openMillis == 0
            ? options.breakerMinMillis()
            : Math.min(options.breakerMaxMillis(), openMillis * 2);
    openUntilNanos = nowNanos + openMillis * 1_000_000;
    state = State.OPEN;
    probing = false;
    return true;
  }

  /** An exchange ended without a verdict on the endpoint, such as a Retry-After. */
  void inconclusive() {
    probing = false;
  }
}
