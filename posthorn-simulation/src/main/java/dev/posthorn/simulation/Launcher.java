package dev.posthorn.simulation;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.EngineConfig;
import dev.posthorn.internal.engine.base.EngineRuntime;

/** Starts the engine that a simulation runs. */
public interface Launcher {
  /** Starts the engine as everybody has it. */
  Launcher PLAIN = Engine::start;

  /** Starts an engine. */
  Engine start(EngineConfig config, EngineRuntime runtime);

  /** Checks an engine that has nothing to do any more; throws {@link Violation}. */
  default void checkIdle(Engine engine) {}
}
