package dev.posthorn.spi.store;

/**
 * What a lane remembers across restarts. Times are wall time, in milliseconds.
 *
 * @param endpoint whose lane
 * @param failingSince since when there was nothing but failures, or 0
 * @param heldUntil until when the endpoint asked to be left alone, or 0
 * @param pauseMillis how long the circuit breaker was opened for last, or 0 if it is closed
 * @param pausedUntil when that is over, or 0
 */
public record LaneStateRow(
    long endpoint, long failingSince, long heldUntil, long pauseMillis, long pausedUntil) {

  /** Returns the state of a lane that knows nothing. */
  public static LaneStateRow empty(long endpoint) {
    return new LaneStateRow(endpoint, 0, 0, 0, 0);
  }

  /** Returns the same with another time since when there was nothing but failures. */
  public LaneStateRow withFailingSince(long since) {
    return new LaneStateRow(endpoint, since, heldUntil, pauseMillis, pausedUntil);
  }

  /** Returns whether there is nothing to remember. */
  public boolean isEmpty() {
    return equals(empty(endpoint));
  }
}
