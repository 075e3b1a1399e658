package dev.posthorn.server.admin;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.spi.store.Store;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The readiness of a server for requests. Thread-safe. */
public final class Readiness {
  private volatile State state = State.STARTING;
  private volatile @Nullable Engine engine;
  private volatile @Nullable String obstacle;

  /** The states of a server. */
  public enum State {
    /** Another process has the store open; this one takes over once that has ended. */
    WAITING,
    /** The engine is reading settings and pending deliveries. */
    STARTING,
    /** The same, after the server has joined others that share the store. */
    JOINING,
    /** Messages are accepted. */
    READY,
    /** Requests and deliveries in flight are being completed. */
    STOPPING
  }

  /** Creates the readiness of a server that starts. */
  public Readiness() {}

  /** Marks the server as one that waits for another process, for a reason. */
  public void waiting(String reason) {
    obstacle = reason;
    state = State.WAITING;
  }

  /** Marks the server as one that starts on a store, or joins others that share it. */
  public void opened(Store store) {
    state = store.lease().status() == null ? State.STARTING : State.JOINING;
    obstacle = null;
  }

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

  /** Returns what a waiting server waits for, or null. */
  public @Nullable String obstacle() {
    return state == State.WAITING ? obstacle : null;
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
