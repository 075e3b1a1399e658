package dev.posthorn.internal.engine.base;

import dev.posthorn.spi.store.ApplicationRow;
import dev.posthorn.spi.store.AttemptRow;
import dev.posthorn.spi.store.EndpointRow;
import dev.posthorn.spi.store.EndpointState;
import org.jspecify.annotations.Nullable;

/**
 * Is told what happens, in order, on a thread for callbacks; it may be slow, but then it misses
 * events. No other listener waits for it.
 */
public interface EngineListener {

  /**
   * An attempt is on disk, with the state of its delivery after it.
   *
   * @param type the message's event type; null if a delivery ended without an exchange and its
   *     message was only in the store
   */
  default void attempted(EndpointRow endpoint, AttemptRow attempt, @Nullable String type) {}

  /**
   * Returns whether {@link #attempted} is to be called for an attempt. Asked on the event loop for
   * each one: must be quick.
   */
  default boolean caresFor(AttemptRow attempt) {
    return true;
  }

  /**
   * The engine disabled an endpoint.
   *
   * @param failingSince since when it had nothing but failures, in milliseconds, or 0
   */
  default void disabled(EndpointRow endpoint, EndpointState state, long failingSince) {}

  /** An endpoint was created. */
  default void created(EndpointRow endpoint) {}

  /** Somebody changed an endpoint, its secrets or its custom headers. */
  default void updated(EndpointRow before, EndpointRow after) {}

  /** An endpoint of an application was removed, by itself or with the application. */
  default void deleted(ApplicationRow owner, EndpointRow endpoint) {}
}
