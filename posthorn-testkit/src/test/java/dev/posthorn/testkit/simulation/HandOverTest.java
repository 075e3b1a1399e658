package dev.posthorn.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.internal.engine.base.EngineLimits;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.lane.Rarities;
import org.junit.jupiter.api.Test;

/** A message that does not get as far as the journal leaves its room to others. */
class HandOverTest {
  private static final long SECOND = Stage.SECOND;

  private int failures;
  private final Stage stage =
      new Stage(
          1,
          EngineOptions.DEFAULT.withLimits(
              new EngineLimits(64, 8, 4, 8, 2_000, 50, 0.5, 1_000_000, 1 << 16, 10_000)),
          Rarities.failingAtHandOver(() -> failures-- > 0),
          (host, request) -> SimReceiver.answer(5, 200, null, request.limits()));

  @Test
  void aMessage() {
    stage.await(stage.addEndpoint("e", Stage.policy(false)));
    failures = 200;
    for (int i = 0; i < 200; i++) {
      assertThatThrownBy(() -> stage.send(0)).isInstanceOf(InternalError.class);
    }
    assertThat(stage.trySend()).isNull();
    assertThat(stage.await(stage.engine.stop(10_000))).as("nothing is under way").isTrue();
  }

  @Test
  void theMessagesOfABroadcast() {
    stage.await(stage.addEndpoint("e", Stage.policy(false)));
    failures = 5;
    stage.await(stage.engine.tasks().broadcast(1, Broadcasts.message()));
    stage.run(60 * SECOND);
    assertThat(stage.tables.messages).hasSize(1);
    assertThat(stage.await(stage.engine.stop(10_000))).as("nothing is under way").isTrue();
  }
}
