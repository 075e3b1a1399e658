package dev.posthorn.testkit.simulation;

import org.junit.jupiter.api.Test;

class IsolationTest {
  @Test
  void healthyEndpointsAreServedWhileManyOthersHang() {
    for (long seed = 1; seed <= 5; seed++) {
      Isolation.run(seed, Launcher.PLAIN);
    }
  }
}
