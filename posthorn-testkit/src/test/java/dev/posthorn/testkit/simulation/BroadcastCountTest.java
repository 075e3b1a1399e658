package dev.posthorn.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.EngineCounters;
import dev.posthorn.internal.engine.base.EngineOptions;
import org.junit.jupiter.api.Test;

/** What a broadcast sends is counted as what is sent one by one. */
class BroadcastCountTest {
  private static final long SECOND = Stage.SECOND;

  private final Stage stage =
      new Stage(
          1,
          EngineOptions.DEFAULT,
          Launcher.PLAIN,
          (host, request) -> SimReceiver.answer(5, 200, null, request.limits()));

  @Test
  void messagesAndDeliveriesOfABroadcastAreCounted() {
    stage.await(stage.addEndpoint("one", Stage.policy(false)));
    long other = stage.addApplication();
    stage.await(stage.addEndpoint(other, "two", Stage.policy(false)));
    stage.await(stage.addEndpoint(other, "three", Stage.policy(false)));
    stage.addApplication();
    stage.run(10 * SECOND);
    stage.await(stage.engine.tasks().broadcast(1, Broadcasts.message()));
    stage.run(20 * SECOND);
    EngineCounters meter = stage.engine.instruments().meter();
    assertThat(meter.messagesAccepted()).isEqualTo(3);
    assertThat(meter.messagesUnmatched()).isEqualTo(1);
    assertThat(meter.deliveriesCreated()).isEqualTo(3);
    assertThat(meter.deliveriesEnded(DeliveryState.SUCCEEDED)).isEqualTo(3);
  }
}
