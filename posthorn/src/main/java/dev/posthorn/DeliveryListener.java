package dev.posthorn;

/**
 * Is told what happens, one event after the other, on a virtual thread. It may wait, but a listener
 * that falls behind by more than 50,000 events misses some ({@code posthorn.events.dropped}); read
 * attempts back from the messages instead. What it throws is logged, and does no harm.
 */
public interface DeliveryListener {

  /**
   * An attempt is on disk, with the state of its delivery after it; or the end of a delivery
   * without one.
   */
  default void attempted(Attempt attempt) {}

  /** Posthorn disabled an endpoint; {@link Endpoint#state} says why. */
  default void disabled(Endpoint endpoint) {}
}
