package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.Idle;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random runs in which the engine must keep its promises. {@code bin/posthorn simulate} makes as
 * many as you like.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES) // a minute of work, which others may slow down
class SimulationTest {
  private static final int RUNS = 2_000;

  @Test
  void theEngineKeepsItsPromisesInEveryRun() {
    long first = RandomGenerator.getDefault().nextLong(1_000_000_000_000L);
    long[] seeds = Seeds.from(first, RUNS).toArray();
    long start = System.nanoTime();
    long exchanges = 0;
    for (long seed : seeds) {
      exchanges += Simulation.run(seed, Idle.checked()).exchanges();
    }
    long perSecond = seeds.length * 1_000_000_000L / (System.nanoTime() - start);
    System.out.printf(
        "%d simulated runs from seed %d: %d runs a second, %d exchanges%n",
        seeds.length, seeds[0], perSecond, exchanges);
    assertThat(seeds.length == 1 || exchanges > 0).isTrue();
  }

  @Test
  void theSameSeedIsTheSameRun() {
    for (long seed = 1; seed <= 50; seed++) {
      assertThat(Simulation.run(seed, Launcher.PLAIN))
          .isEqualTo(Simulation.run(seed, Launcher.PLAIN));
    }
  }
}
