package dev.posthorn.simulation;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IsolationTest {
  private static final int RUNS = 20;

  @ParameterizedTest
  @EnumSource
  void noMessageIsLateAtHealthyEndpointsWhileManyOthersHang(Isolation.Onset onset) {
    long latest = 0;
    for (long seed = 1; seed <= RUNS; seed++) {
      latest = Math.max(latest, Isolation.run(onset, seed, Launcher.PLAIN));
    }
    System.out.printf("%s: the latest of %d runs was %d ms late%n", onset, RUNS, latest);
  }
}
