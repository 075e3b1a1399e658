package dev.posthorn.spi.store.rows;

/**
 * The state of a lane that survives a restart. Times are wall time, in milliseconds.
 *
 * @param endpoint the lane's endpoint
 * @param failingSince the time since which all attempts have failed, or 0
 * @param heldUntil the time until which the endpoint asked for no attempts, or 0
 * @param pauseMillis the duration of the circuit breaker's last pause, or 0 if it is closed
 * @param pausedUntil the end of that pause, or 0
 */
public record LaneStateRow(
    long endpoint, long failingSince, long heldUntil, long pauseMillis, long pausedUntil) {

  /** Returns the state of a lane with nothing to remember. */
  public static LaneStateRow empty(long endpoint) {
    return new LaneStateRow(endpoint, 0, 0, 0, 0);
  }

  /** Returns this state with another time since which all attempts have failed. */
  public LaneStateRow withFailingSince(long since) {
    return new LaneStateRow(endpoint, since, heldUntil, pauseMillis, pausedUntil);
  }

  /** Returns whether there is nothing to remember. */
  public boolean isEmpty() {
    return equals(empty(endpoint));
  }
}
