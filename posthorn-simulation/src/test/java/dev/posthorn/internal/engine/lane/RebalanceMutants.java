package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.Tenure;
import dev.posthorn.simulation.Launcher;
import dev.posthorn.spi.store.reads.ScanPage;
import dev.posthorn.spi.store.rows.LiveRow;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Engines with one mistake each in the change of their partitions, for tests of the simulation. */
public final class RebalanceMutants {
  private RebalanceMutants() {}

  /** The lanes of a revoked partition go on until it is released. */
  public static Launcher keepsLanes() {
    return MutantLaunchers.withParts(
        new Parts() {
          @Override
          public Tenure tenure(int partition) {
            return new Tenure(partition) {
              @Override
              public void revoke() {
                // The mistake.
              }
            };
          }
        });
  }

  /** Partitions are released while exchanges, or the commits of their outcomes, are under way. */
  public static Launcher releasesEarly() {
    return MutantLaunchers.withParts(
        new Parts() {
          @Override
          public boolean isSettled(Lane lane) {
            return true;
          }
        });
  }

  /** The rows in hot of a partition that is assigned after the start are not read. */
  public static Launcher forgetsHotRows() {
    return (config, runtime) -> {
      AtomicBoolean started = new AtomicBoolean();
      Engine engine =
          MutantLaunchers.answering(
                  "hot", rows -> started.get() ? new ScanPage<LiveRow>(List.of(), null) : rows)
              .start(config, runtime);
      started.set(true);
      return engine;
    };
  }
}
