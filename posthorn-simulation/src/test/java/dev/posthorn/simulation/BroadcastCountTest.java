package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.EngineCounters;
import dev.posthorn.internal.engine.base.EngineOptions;
import org.junit.jupiter.api.Test;

/** Messages of a broadcast are counted like messages sent one by one. */
class BroadcastCountTest {
  private static final long SECOND = EngineHarness.SECOND;

  private final EngineHarness harness =
      new EngineHarness(
          1,
          EngineOptions.DEFAULT,
          Launcher.PLAIN,
          (host, request) -> SimReceiver.answer(5, 200, null, request.limits()));

  @Test
  void messagesAndDeliveriesOfABroadcastAreCounted() {
    harness.await(harness.addEndpoint("one", EngineHarness.policy(false)));
    long other = harness.addApplication();
    harness.await(harness.addEndpoint(other, "two", EngineHarness.policy(false)));
    harness.await(harness.addEndpoint(other, "three", EngineHarness.policy(false)));
    harness.addApplication();
    harness.run(10 * SECOND);
    harness.await(harness.engine.tasks().broadcast(1, Broadcasts.message()));
    harness.run(20 * SECOND);
    EngineCounters counters = harness.engine.stats().counters();
    assertThat(counters.messagesAccepted()).isEqualTo(3);
    assertThat(counters.messagesUnmatched()).isEqualTo(1);
    assertThat(counters.deliveriesCreated()).isEqualTo(3);
    assertThat(counters.deliveriesEnded(DeliveryState.SUCCEEDED)).isEqualTo(3);
  }
}
