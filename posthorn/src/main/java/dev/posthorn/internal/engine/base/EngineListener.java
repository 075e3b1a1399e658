package dev.posthorn.internal.engine.base;

import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.MessageSpec;
import org.jspecify.annotations.Nullable;

/**
 * Receives events in order, on a callback thread. A slow listener misses events; no other listener
 * waits for it.
 */
public interface EngineListener {

  /**
   * Called once an attempt is on disk, with the state of its delivery after it.
   *
   * @param message the message's description; null if a delivery ended without an exchange and its
   *     message was only in the store
   */
  default void attempted(EndpointRow endpoint, AttemptRow attempt, @Nullable MessageSpec message) {}

  /**
   * Returns whether to call {@link #attempted} for an attempt. Called on the event loop for each
   * one: must be quick.
   */
  default boolean caresFor(AttemptRow attempt) {
    return true;
  }

  /**
   * Called when the engine disabled an endpoint.
   *
   * @param failingSince the time in milliseconds from which on every attempt failed, or 0
   */
  default void disabled(EndpointRow endpoint, EndpointState state, long failingSince) {}

  /**
   * Returns whether to call {@link #accepted} for messages. Called on the writer for each one: must
   * be quick.
   */
  default boolean caresForMessages() {
    return false;
  }

  /**
   * Called once a message is on disk, unless it was accepted before.
   *
   * @param targets the number of endpoints that it is for
   */
  default void accepted(long message, long application, MessageSpec spec, int targets) {}

  /** Called when an endpoint was created. */
  default void created(EndpointRow endpoint) {}

  /** Called when an endpoint, its secrets or its custom headers were changed. */
  default void updated(EndpointRow before, EndpointRow after) {}

  /** Called when an endpoint was removed, by itself or with its application. */
  default void deleted(ApplicationRow owner, EndpointRow endpoint) {}
}
