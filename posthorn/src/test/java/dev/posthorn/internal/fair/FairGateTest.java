package dev.posthorn.internal.fair;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.runtime.Owner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class FairGateTest {
  private final FairGate gate = new FairGate(2);
  private final List<String> order = new CopyOnWriteArrayList<>();

  /** Returns a thread that waits at the gate. */
  private Thread waiting(Owner owner) {
    Thread thread =
        new Thread(
            () -> {
              gate.enter(owner);
              order.add((String) owner.group());
              gate.leave();
            });
    thread.setDaemon(true);
    thread.start();
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    return thread;
  }

  @Test
  void whoHasManyThatWaitLetsAnotherInBetween() throws Exception {
    Owner busy = new Owner("busy", "");
    gate.enter(busy);
    gate.enter(busy);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      threads.add(waiting(busy));
    }
    threads.add(waiting(new Owner("other", "")));
    gate.leave();
    for (Thread thread : threads) {
      assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
    }
    assertThat(order).hasSize(11).containsSubsequence("busy", "other", "busy");
    assertThat(order.indexOf("other")).isEqualTo(1);
  }

  @Test
  void aPlaceThatNobodyWaitsForIsFree() {
    for (int i = 0; i < 5; i++) {
      gate.enter(Owner.NOBODY);
      gate.enter(Owner.NOBODY);
      gate.leave();
      gate.leave();
    }
  }
}
