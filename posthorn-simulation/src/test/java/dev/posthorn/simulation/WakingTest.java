package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.transport.ExchangeLimits;
import dev.posthorn.spi.transport.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A lane that can do nothing is not looked at, whatever is too late meanwhile. */
class WakingTest {
  private static final long SECOND = EngineHarness.SECOND;

  private static EngineOptions options(int permits) {
    return EngineOptions.DEFAULT
        .withRetryWaits(List.of())
        .withExchange(new ExchangeLimits(1_000, 1_000, 20_000, 20_000, 1_024))
        .withLimits(SimOptions.LIMITS.toBuilder().maxInFlight(permits).laneHotRows(20).build());
  }

  private static SimReceiver.Reply hang(EngineHarness[] harness, HttpRequest request) {
    SimReceiver receiver = new SimReceiver(harness[0].random);
    receiver.mood(SimReceiver.Mood.HANGING);
    return receiver.reply(request.limits());
  }

  private static void assertRests(boolean ordered, int permits) {
    EngineHarness[] self = new EngineHarness[1];
    EngineHarness harness =
        new EngineHarness(
            1, options(permits), Launcher.PLAIN, (host, request) -> hang(self, request));
    self[0] = harness;
    harness.await(harness.addEndpoint("e", EngineHarness.policy(ordered)));
    harness.run(30 * SECOND);
    harness.send(0);
    harness.run(SECOND);
    harness.send(harness.clock.millis() + 2_000);
    harness.run(4 * SECOND);

    long before = harness.clock.count();
    harness.run(10 * SECOND);
    assertThat(harness.clock.count() - before).isLessThan(200);

    harness.run(10 * SECOND);
    assertThat(harness.tables.attempts().values())
        .extracting(AttemptRow::error)
        .containsExactlyInAnyOrder("timeout_first_byte", "deadline");
    assertThat(harness.tables.attempts().values())
        .extracting(AttemptRow::state)
        .containsOnly(DeliveryState.FAILED);
  }

  @Test
  void whatIsTooLateBehindABusyExchangeOfAnOrderedEndpointWaitsForIt() {
    assertRests(true, 16);
  }

  @Test
  void whatIsTooLateAndFindsNoPermitWaitsForOne() {
    assertRests(false, 1);
  }
}
