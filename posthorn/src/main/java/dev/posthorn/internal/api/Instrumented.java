package dev.posthorn.internal.api;

import dev.posthorn.internal.engine.EngineStats;

/** An open {@code Posthorn} that shows the figures of its engine, for metrics. */
public interface Instrumented {

  /** Returns the instruments of the engine. */
  EngineStats engineStats();
}
