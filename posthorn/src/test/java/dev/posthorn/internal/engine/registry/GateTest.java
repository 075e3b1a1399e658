package dev.posthorn.internal.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GateTest {
  private final HotBudget budget = new HotBudget(100);

  @Test
  void onceOneIsTurnedAwayAllAreUntilTheLaneWasToldOfEach() {
    Gate gate = new Gate(1);
    assertThat(gate.admit(budget, false)).isTrue();
    assertThat(gate.admit(budget, false)).isFalse();
    gate.left(budget);
    assertThat(gate.admit(budget, false)).as("there is room, but others are parked").isFalse();
    assertThat(gate.reopen(1)).isFalse();
    assertThat(gate.reopen(2)).isTrue();
    assertThat(gate.admit(budget, false)).isTrue();
  }

  @Test
  void whileRecoveringAllAreParked() {
    Gate gate = new Gate(10);
    assertThat(gate.admit(budget, true)).isFalse();
    assertThat(gate.admit(budget, false)).isFalse();
    assertThat(gate.reopen(2)).isTrue();
  }

  @Test
  void aLaneThatShutsItsGateReopensItWhenNoneWasParked() {
    Gate gate = new Gate(10);
    gate.shut();
    assertThat(gate.isShut()).isTrue();
    assertThat(gate.reopen(0)).isTrue();
    assertThat(gate.isShut()).isFalse();
  }

  @Test
  void theSharedBudgetBoundsAllGates() {
    HotBudget small = new HotBudget(1);
    assertThat(new Gate(10).admit(small, false)).isTrue();
    assertThat(new Gate(10).admit(small, false)).isFalse();
  }

  /** The writer admits while the loop reopens: what is open again has been told of everything. */
  @Test
  void nothingIsForgottenBetweenWriterAndLoop() throws InterruptedException {
    Gate gate = new Gate(1);
    ConcurrentLinkedQueue<Boolean> posts = new ConcurrentLinkedQueue<>();
    CountDownLatch done = new CountDownLatch(1);
    AtomicInteger parked = new AtomicInteger();
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < 200_000; i++) {
                    boolean hot = gate.admit(budget, false);
                    parked.addAndGet(hot ? 0 : 1);
                    posts.add(hot);
                  }
                  done.countDown();
                });
    int told = 0;
    int heard = 0;
    while (done.getCount() > 0 || !posts.isEmpty()) {
      Boolean hot = posts.poll();
      if (hot == null) {
        Thread.onSpinWait();
      } else if (hot) {
        gate.left(budget);
      } else {
        told++;
        heard++;
        if (gate.reopen(told)) {
          told = 0;
        }
      }
    }
    writer.join();
    assertThat(heard).isEqualTo(parked.get());
    assertThat(gate.isShut()).as("all were told, so it is open").isEqualTo(told != 0).isFalse();
    assertThat(budget.left()).isEqualTo(100);
  }
}
