package dev.posthorn.simulation;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IsolationTest {
  private static final int RUNS = 20;

  @ParameterizedTest
  @EnumSource
  void noMessageIsLateAtHealthyEndpointsWhileManyOthersHang(Isolation.Onset onset) {
    long latest = 0;
    long[] seeds = Seeds.from(1, RUNS).toArray();
    for (long seed : seeds) {
      latest = Math.max(latest, run(onset, seed));
    }
    System.out.printf("%s: the latest of %d runs was %d ms late%n", onset, seeds.length, latest);
  }

  private static long run(Isolation.Onset onset, long seed) {
    try {
      return Isolation.run(onset, seed, Launcher.PLAIN);
    } catch (RuntimeException | Error e) {
      throw new Violation(
          "%s, seed %d: %s%nRepeat this run: %s"
              .formatted(onset, seed, e.getMessage(), Seeds.command(seed, "IsolationTest")),
          e);
    }
  }
}
