package dev.posthorn.engine;

import dev.posthorn.store.AttemptRow;
import dev.posthorn.store.EndpointRow;
import dev.posthorn.store.EndpointState;

/**
 * Is told what happens, in order, on a worker thread; it may be slow, but then events are dropped.
 */
public interface EngineListener {

  /** An attempt is on disk, with the state of its delivery after it. */
  default void attempted(EndpointRow endpoint, AttemptRow attempt) {}

  /** The engine disabled an endpoint. */
  default void disabled(EndpointRow endpoint, EndpointState state) {}
}
