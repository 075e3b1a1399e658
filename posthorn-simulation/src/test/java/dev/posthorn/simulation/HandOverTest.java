package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.lane.Rarities;
import org.junit.jupiter.api.Test;

/** A message that does not get as far as the journal leaves its room to others. */
class HandOverTest {
  private static final long SECOND = EngineHarness.SECOND;

  private int failures;
  private final EngineHarness harness =
      new EngineHarness(
          1,
          EngineOptions.DEFAULT.withLimits(
              SimOptions.LIMITS.toBuilder().acceptBytes(1 << 16).build()),
          Rarities.failingAtHandOver(() -> failures-- > 0),
          (host, request) -> SimReceiver.answer(5, 200, null, request.limits()));

  @Test
  void aMessage() {
    harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    failures = 200;
    for (int i = 0; i < 200; i++) {
      assertThatThrownBy(() -> harness.send(0)).isInstanceOf(InternalError.class);
    }
    assertThat(harness.trySend()).isNull();
    assertThat(harness.await(harness.engine.stop(10_000))).as("nothing is under way").isTrue();
  }

  @Test
  void theMessagesOfABroadcast() {
    harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    failures = 5;
    harness.await(harness.engine.tasks().broadcast(1, Broadcasts.message()));
    harness.run(60 * SECOND);
    assertThat(harness.tables.messages()).hasSize(1);
    assertThat(harness.await(harness.engine.stop(10_000))).as("nothing is under way").isTrue();
  }
}
