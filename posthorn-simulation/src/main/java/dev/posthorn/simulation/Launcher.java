package dev.posthorn.simulation;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.EngineConfig;
import dev.posthorn.internal.engine.base.EngineRuntime;

/** The start of the engine that a simulation runs. */
public interface Launcher {
  /** The engine without changes. */
  Launcher PLAIN = Engine::start;

  /** Starts an engine. */
  Engine start(EngineConfig config, EngineRuntime runtime);

  /** Returns the command that repeats a run with this engine. */
  default String command(long seed, int nodes) {
    String several = nodes == 1 ? "" : " --nodes " + nodes;
    return "bin/posthorn simulate --from " + seed + " --seeds 1" + several;
  }

  /** Returns the rules by which nodes pass partitions on. */
  default SimProtocol protocol() {
    return SimProtocol.PLAIN;
  }

  /** Checks an engine that owns no partition; throws {@link Violation}. */
  default void checkNothingOwned(Engine engine) {}

  /** Checks an engine that has nothing to do any more; throws {@link Violation}. */
  default void checkIdle(Engine engine) {}
}
