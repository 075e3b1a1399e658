package dev.posthorn.server.admin;

import dev.posthorn.internal.engine.Engine;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The readiness of a server for requests. Thread-safe. */
public final class Readiness {
  private volatile State state = State.STARTING;
  private volatile @Nullable Engine engine;

  /** The states of a server, in their order. */
  public enum State {
    /** The engine is reading settings and pending deliveries. */
    STARTING,
    /** Messages are accepted. */
    READY,
    /** Requests and deliveries in flight are being completed. */
    STOPPING
  }

  /** Creates the readiness of a server that starts. */
  public Readiness() {}

  /** Marks the server ready to accept messages. */
  public void ready(Engine running) {
    engine = running;
    state = State.READY;
  }

  /** Marks the server as stopping, so that no more requests come. */
  public void stopping() {
    state = State.STOPPING;
  }

  /** Returns the state. */
  public State state() {
    return state;
  }

  /** Returns the engine, or null before it has started. */
  public @Nullable Engine engine() {
    return engine;
  }

  /** Returns the state's name for probes. */
  String text() {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
