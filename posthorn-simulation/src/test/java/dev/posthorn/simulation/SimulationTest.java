package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.Idle;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * The engine keeps its promises in every run. {@code -Dposthorn.simulation.seed=N} repeats one run,
 * {@code -Dposthorn.simulation.runs=N} sets how many random ones there are; {@code bin/posthorn
 * simulate} runs it outside the tests.
 */
class SimulationTest {
  private static final int RUNS = 2_000;

  @Test
  void theEngineKeepsItsPromisesInEveryRun() {
    Long seed = Long.getLong("posthorn.simulation.seed");
    int runs = seed == null ? Integer.getInteger("posthorn.simulation.runs", RUNS) : 1;
    long first = seed == null ? RandomGenerator.getDefault().nextLong(1_000_000_000_000L) : seed;
    long start = System.nanoTime();
    long exchanges = 0;
    for (long run = first; run < first + runs; run++) {
      exchanges += Simulation.run(run, Idle.checked()).exchanges();
    }
    long perSecond = runs * 1_000_000_000L / (System.nanoTime() - start);
    System.out.printf(
        "%d simulated runs from seed %d: %d runs a second, %d exchanges%n",
        runs, first, perSecond, exchanges);
    assertThat(exchanges).isPositive();
  }

  @Test
  void theSameSeedIsTheSameRun() {
    for (long seed = 1; seed <= 50; seed++) {
      assertThat(Simulation.run(seed, Launcher.PLAIN))
          .isEqualTo(Simulation.run(seed, Launcher.PLAIN));
    }
  }
}
