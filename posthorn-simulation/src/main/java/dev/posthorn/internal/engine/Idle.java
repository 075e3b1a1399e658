package dev.posthorn.internal.engine;

import dev.posthorn.internal.engine.base.Condition;
import dev.posthorn.internal.engine.base.EngineLimits;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.engine.base.Guard;
import dev.posthorn.internal.engine.base.Tenure;
import dev.posthorn.internal.engine.lane.LaneContext;
import dev.posthorn.internal.engine.lane.LaneGauges;
import dev.posthorn.internal.engine.lane.Parts;
import dev.posthorn.internal.engine.lane.ShardLoop;
import dev.posthorn.internal.engine.registry.Gate;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.simulation.Launcher;
import dev.posthorn.simulation.Surprises;
import dev.posthorn.simulation.Violation;
import dev.posthorn.spi.runtime.Clock;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether an engine that has nothing to do has given back all that it took. It is in the
 * engine's package to see it from within.
 */
@NullMarked
public final class Idle {
  private Idle() {}

  /**
   * Returns what starts plain engines, for one run, and looks; also whether something failed that
   * was not planted.
   */
  public static Launcher checked() {
    return new Launcher() {
      private @Nullable Throwable unplanned;

      @Override
      public Engine start(EngineConfig config, EngineRuntime runtime) {
        return Engine.start(
            config,
            runtime,
            new Parts() {
              @Override
              public Guard guard(Clock clock) {
                return new Guard(clock, new Condition()) {
                  @Override
                  public void report(String what, Throwable why) {
                    super.report(what, why);
                    if (!Surprises.isPlanted(why)) {
                      unplanned = why;
                    }
                  }
                };
              }
            });
      }

      @Override
      public void checkNothingOwned(Engine engine) {
        EngineLimits limits = engine.options().limits();
        require("hot rows", engine.context().hotBudget().left(), limits.hotRows());
        require("payload bytes", engine.context().bodyRoom().used(), 0);
        for (ShardLoop loop : engine.shards().all()) {
          if (!loop.gauges().equals(LaneGauges.EMPTY) || !loop.isQuiet()) {
            throw new Violation("nothing is owned, but there is: " + loop.gauges());
          }
        }
      }

      @Override
      public void checkIdle(Engine engine) {
        Throwable defect = unplanned;
        unplanned = null;
        if (defect != null) {
          throw new Violation("a defect: " + defect, defect);
        }
        check(engine.context());
        for (ShardLoop loop : engine.shards().all()) {
          require("bytes under way", loop.permits().bytesInUse(), 0);
        }
      }
    };
  }

  private static void check(LaneContext context) {
    EngineLimits limits = context.options().limits();
    require("hot rows", context.hotBudget().left(), limits.hotRows());
    require("payload bytes", context.bodyRoom().used(), 0);
    for (RegisteredEndpoint endpoint : context.endpoints().endpoints()) {
      Tenure tenure = context.ownership().tenure(endpoint.partition);
      Gate gate = tenure == null ? null : endpoint.gateOrNull(tenure);
      if (gate != null) {
        require("hot rows of endpoint " + endpoint.id, gate.hotRows(), 0);
        require("shut gate of endpoint " + endpoint.id, gate.isShut() ? 1 : 0, 0);
      }
    }
  }

  private static void require(String what, long is, long should) {
    if (is != should) {
      throw new Violation("idle, but " + what + ": " + is + ", not " + should);
    }
  }
}
