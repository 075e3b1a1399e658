package dev.posthorn.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.EngineLimits;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.spi.store.AttemptRow;
import dev.posthorn.spi.transport.ExchangeLimits;
import dev.posthorn.spi.transport.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A lane that can do nothing is not looked at, whatever is too late meanwhile. */
class WakingTest {
  private static final long SECOND = Stage.SECOND;

  private static EngineOptions options(int permits) {
    return EngineOptions.DEFAULT
        .withRetryWaits(List.of())
        .withExchange(new ExchangeLimits(1_000, 1_000, 20_000, 20_000, 1_024))
        .withLimits(
            new EngineLimits(permits, 8, 4, 8, 2_000, 20, 0.5, 1_000_000, 1_000_000, 10_000));
  }

  private static SimReceiver.Reply hang(Stage[] stage, HttpRequest request) {
    SimReceiver receiver = new SimReceiver(stage[0].random);
    receiver.mood(SimReceiver.Mood.HANGING);
    return receiver.reply(request.limits());
  }

  private static void assertRests(boolean ordered, int permits) {
    Stage[] self = new Stage[1];
    Stage stage =
        new Stage(1, options(permits), Launcher.PLAIN, (host, request) -> hang(self, request));
    self[0] = stage;
    stage.await(stage.addEndpoint("e", Stage.policy(ordered)));
    stage.run(30 * SECOND);
    stage.send(0);
    stage.run(SECOND);
    stage.send(stage.clock.millis() + 2_000);
    stage.run(4 * SECOND);

    long before = stage.clock.count();
    stage.run(10 * SECOND);
    assertThat(stage.clock.count() - before).isLessThan(200);

    stage.run(10 * SECOND);
    assertThat(stage.tables.attempts.values())
        .extracting(AttemptRow::error)
        .containsExactlyInAnyOrder("timeout_first_byte", "deadline");
    assertThat(stage.tables.attempts.values())
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
