package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.AttemptKind;
import dev.posthorn.Timings;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.spi.transport.ExchangeResult;
import org.junit.jupiter.api.Test;

/** A canceled delivery may proceed between the read of the store and the lane's turn. */
class CancelStaleTest {
  private static final long SECOND = EngineHarness.SECOND;

  private static EngineOptions options() {
    return EngineOptions.DEFAULT.withLimits(
        SimOptions.LIMITS.toBuilder()
            .maxInFlight(16)
            .hotRows(20)
            .laneHotRows(2)
            .acceptBytes(10_000_000)
            .build());
  }

  private static SimReceiver.Reply fail() {
    return new SimReceiver.Reply(
        1_500, new ExchangeResult.Response(500, null, new byte[0], null, Timings.NONE));
  }

  @Test
  void aDeliveryThatWaitsForAnotherAttemptByThenIsNotAttempted() {
    for (int seed = 0; seed < 50; seed++) { // some reads take until the attempt has failed
      EngineHarness harness =
          new EngineHarness(seed, options(), Engine::start, (host, request) -> fail());
      harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
      harness.run(30 * SECOND);
      for (int i = 0; i < 60; i++) { // more than a lane holds in memory
        harness.send(0);
      }
      harness.run(SECOND);
      long message = harness.tables.messages().firstKey();
      harness.await(harness.engine.deliveries().cancel(harness.application(), message));
      harness.run(3_600 * SECOND);
      long attempts =
          harness.tables.attempts().values().stream()
              .filter(attempt -> attempt.message() == message)
              .filter(attempt -> attempt.kind() == AttemptKind.SCHEDULED)
              .count();
      assertThat(attempts).as("seed %d", seed).isLessThanOrEqualTo(1);
    }
  }
}
