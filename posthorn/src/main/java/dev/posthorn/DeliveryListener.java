package dev.posthorn;

/**
 * A listener for events, one after the other, on a virtual thread. It may block, but if it falls
 * behind by more than 50,000 events it misses some ({@code posthorn.events.dropped}); read attempts
 * back from the messages instead. An exception is logged and has no other effect.
 */
public interface DeliveryListener {

  /**
   * Receives an attempt that is on disk, with the new state of its delivery; or the end of a
   * delivery without an attempt.
   */
  default void attempted(Attempt attempt) {}

  /** Receives an endpoint that Posthorn disabled; {@link Endpoint#state} has the reason. */
  default void disabled(Endpoint endpoint) {}
}
