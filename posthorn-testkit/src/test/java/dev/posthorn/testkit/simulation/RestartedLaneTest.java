package dev.posthorn.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.spi.transport.HttpRequest;
import org.junit.jupiter.api.Test;

/** An endpoint that asked to be left alone, or is spared, is so after a restart too. */
class RestartedLaneTest {
  private static final long SECOND = Stage.SECOND;
  private static final long MINUTE = 60 * SECOND;

  private int exchanges;
  private int status = 429;
  private String retryAfter = "3600";
  private final Stage stage = new Stage(1, EngineOptions.DEFAULT, Launcher.PLAIN, this::reply);

  RestartedLaneTest() {
    stage.await(stage.addEndpoint("e", Stage.policy(false)));
    stage.run(30 * SECOND);
  }

  private SimReceiver.Reply reply(String host, HttpRequest request) {
    exchanges++;
    return SimReceiver.answer(
        5, status, retryAfter.isEmpty() ? null : retryAfter, request.limits());
  }

  private void send(int messages) {
    for (int i = 0; i < messages; i++) {
      stage.send(0);
    }
  }

  private void crash() {
    stage.crash();
    exchanges = 0;
  }

  @Test
  void aRetryAfterOutlastsARestart() {
    send(1);
    stage.run(SECOND);
    send(50);
    stage.run(MINUTE);
    assertThat(exchanges).isEqualTo(1);
    crash();
    stage.run(58 * MINUTE);
    assertThat(exchanges).isZero();
    status = 200;
    stage.run(2 * MINUTE);
    assertThat(exchanges).isEqualTo(51);
  }

  @Test
  void aRetryAfterThatIsOverIsForgotten() {
    send(1);
    stage.run(SECOND);
    assertThat(stage.tables.laneStates).hasSize(1);
    status = 200;
    stage.run(61 * MINUTE);
    assertThat(exchanges).isEqualTo(2);
    assertThat(stage.tables.laneStates).isEmpty();
  }

  @Test
  void anOpenBreakerStaysOpenAndProbesOnceItIsTime() {
    status = 500;
    retryAfter = "";
    send(200);
    stage.run(5 * MINUTE);
    crash();
    stage.run(2 * MINUTE);
    assertThat(exchanges).as("one probe a minute").isBetween(1, 3);
    status = 200;
    stage.run(MINUTE + SECOND);
    assertThat(stage.tables.laneStates).isEmpty();
    crash();
    send(5);
    stage.run(SECOND);
    assertThat(exchanges).isGreaterThanOrEqualTo(5);
  }
}
