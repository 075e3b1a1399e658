package dev.posthorn.testkit.simulation;

import dev.posthorn.engine.Engine;
import dev.posthorn.engine.EngineConfig;
import dev.posthorn.engine.EngineRuntime;

/** Starts the engine that a simulation runs. */
public interface Launcher {
  /** Starts the engine as everybody has it. */
  Launcher PLAIN = Engine::start;

  /** Starts an engine. */
  Engine start(EngineConfig config, EngineRuntime runtime);

  /** Checks an engine that has nothing to do any more; throws {@link Violation}. */
  default void checkIdle(Engine engine) {}
}
