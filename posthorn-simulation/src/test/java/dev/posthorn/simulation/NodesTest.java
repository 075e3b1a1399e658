package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.Idle;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Runs of 2 to 5 nodes on one database, in which they must keep their promises. {@code bin/posthorn
 * simulate --nodes 3} makes as many others as you like.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES) // a minute of work, which others may slow down
class NodesTest {
  private static final int RUNS = 5_000;

  @Test
  void theNodesKeepTheirPromisesInEveryRun() {
    long[] seeds = Seeds.from(1, RUNS).toArray();
    long start = System.nanoTime();
    long exchanges = 0;
    for (long seed : seeds) {
      exchanges += Simulation.run(seed, Seeds.nodes(seed), Idle.checked()).exchanges();
    }
    long perSecond = seeds.length * 1_000_000_000L / (System.nanoTime() - start);
    System.out.printf(
        "%d simulated runs of several nodes from seed %d: %d runs a second, %d exchanges%n",
        seeds.length, seeds[0], perSecond, exchanges);
    assertThat(seeds.length == 1 || exchanges > 0).isTrue();
  }

  @Test
  void theSameSeedIsTheSameRun() {
    for (long seed = 1; seed <= 8; seed++) {
      assertThat(Simulation.run(seed, Seeds.nodes(seed), Launcher.PLAIN))
          .isEqualTo(Simulation.run(seed, Seeds.nodes(seed), Launcher.PLAIN));
    }
  }
}
