package dev.posthorn.server.admin;

import dev.posthorn.internal.engine.Engine;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether a server takes requests now. Thread-safe. */
public final class Readiness {
  private volatile State state = State.STARTING;
  private volatile @Nullable Engine engine;

  /** The states, in their order. */
  public enum State {
    /** Settings and what waits are being read. */
    STARTING,
    /** Messages are accepted. */
    READY,
    /** What is under way is brought to its end. */
    STOPPING
  }

  /** Creates the readiness of a server that starts. */
  public Readiness() {}

  /** Messages are accepted from now on. */
  public void ready(Engine running) {
    engine = running;
    state = State.READY;
  }

  /** No request should come any more. */
  public void stopping() {
    state = State.STOPPING;
  }

  /** Returns the state. */
  public State state() {
    return state;
  }

  /** Returns the engine, or null as long as there is none. */
  public @Nullable Engine engine() {
    return engine;
  }

  /** Returns the state as probes read it. */
  String text() {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
