package dev.posthorn.simulation;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.EngineConfig;
import dev.posthorn.internal.engine.base.EngineRuntime;

/** Rules with one mistake each, by which nodes pass partitions on. */
final class NodeMutants {
  private NodeMutants() {}

  /** Transactions do not look whether another node has taken over. */
  static Launcher ignoresFence() {
    return with(
        new SimProtocol() {
          @Override
          protected boolean isFenced(long stored, long known) {
            return false;
          }
        });
  }

  /** A takeover gives the partitions away, and leaves the epoch of their owner as it is. */
  static Launcher keepsEpoch() {
    return with(
        new SimProtocol() {
          @Override
          protected long epochAfterTakeover(long stored) {
            return stored;
          }
        });
  }

  private static Launcher with(SimProtocol protocol) {
    return new Launcher() {
      @Override
      public Engine start(EngineConfig config, EngineRuntime runtime) {
        return Engine.start(config, runtime);
      }

      @Override
      public SimProtocol protocol() {
        return protocol;
      }
    };
  }
}
