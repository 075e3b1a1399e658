package dev.posthorn;

/**
 * Is told what happens, one event after the other, on a thread of its own. A listener that is too
 * slow misses events; read attempts back from the messages instead.
 */
public interface DeliveryListener {

  /** An attempt is on disk, with the state of its delivery after it. */
  default void attempted(Attempt attempt) {}

  /** Posthorn disabled an endpoint. */
  default void disabled(Endpoint endpoint) {}
}
