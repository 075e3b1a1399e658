package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.base.EngineLimits;
import dev.posthorn.simulation.Launcher;
import java.util.List;

/** Engines with one mistake each in what their lanes do, for tests of the simulation. */
public final class LaneMutants {
  private LaneMutants() {}

  /** A late delivery ends only when its turn comes. */
  public static Launcher ignoresDeadlinesBehindTheHead() {
    return MutantLaunchers.withParts(
        new Parts() {
          @Override
          LaneQueue queue(boolean complete) {
            return new LaneQueue(complete) {
              @Override
              List<Delivery> takeLate(long nowMillis, int most) {
                return List.of();
              }
            };
          }
        });
  }

  /** Slow lanes take as many permits as they like. */
  public static Launcher ignoresFairness() {
    return MutantLaunchers.withParts(
        new Parts() {
          @Override
          Permits permits(EngineLimits limits, int loops) {
            return new Permits(limits, loops) {
              @Override
              int free(Standing standing) {
                return super.free(Standing.GOOD);
              }
            };
          }
        });
  }
}
