package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.spi.store.rows.LaneStateRow;
import org.jspecify.annotations.Nullable;

/**
 * The work and the health of an endpoint's lane at one moment. Times are wall time in milliseconds.
 *
 * @param firstUnderWay how many deliveries are under way that have spent no attempt yet: their
 *     exchange runs, or its outcome is being stored
 * @param rateLimited whether a delivery that is due waits for the endpoint's rate limit
 * @param nextDue the time at which the first waiting delivery is due, or 0 if none waits
 * @param health its health
 */
public record LaneView(int firstUnderWay, boolean rateLimited, long nextDue, Health health) {

  /**
   * The state that decides whether the next exchange may start.
   *
   * @param failingSince the time since which every attempt has failed, or 0
   * @param pauses what holds exchanges back
   * @param window how many deliveries may be under way
   * @param inFlight how many exchanges are under way
   * @param slow whether the endpoint counts as slow: it then has little of what endpoints share
   */
  public record Health(long failingSince, Pauses pauses, int window, int inFlight, boolean slow) {}

  /**
   * The times until which exchanges are held back; 0 for what does not hold them back.
   *
   * @param circuit the end of the circuit breaker's pause, which may have passed: it then waits for
   *     the result of a single exchange
   * @param retryAfter the end of the pause that the endpoint asked for
   * @param rate the time at which the rate limit allows an exchange, if that is known
   */
  public record Pauses(long circuit, long retryAfter, long rate) {
    static final Pauses NONE = new Pauses(0, 0, 0);
  }

  /**
   * Returns the view of an endpoint without a lane: it has no work, and goes on from its stored
   * state once it has.
   *
   * @param endpoint the endpoint, or null if it was removed
   * @param window how many deliveries may be under way at first
   */
  public static LaneView idle(@Nullable RegisteredEndpoint endpoint, int window, long nowMillis) {
    LaneStateRow state = endpoint == null ? null : endpoint.laneState;
    if (state == null) {
      return new LaneView(0, false, 0, new Health(0, Pauses.NONE, window, 0, false));
    }
    Pauses pauses =
        new Pauses(
            state.pauseMillis() > 0 ? state.pausedUntil() : 0,
            state.heldUntil() > nowMillis ? state.heldUntil() : 0,
            0);
    boolean slow = pauses.circuit() != 0;
    return new LaneView(0, false, 0, new Health(state.failingSince(), pauses, window, 0, slow));
  }
}
