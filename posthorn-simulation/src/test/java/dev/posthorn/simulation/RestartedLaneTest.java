package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.spi.transport.HttpRequest;
import org.junit.jupiter.api.Test;

/** An endpoint that asked to be left alone, or is spared, is so after a restart too. */
class RestartedLaneTest {
  private static final long SECOND = EngineHarness.SECOND;
  private static final long MINUTE = 60 * SECOND;

  private int exchanges;
  private int status = 429;
  private String retryAfter = "3600";
  private final EngineHarness harness =
      new EngineHarness(1, EngineOptions.DEFAULT, Launcher.PLAIN, this::reply);

  RestartedLaneTest() {
    harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.run(30 * SECOND);
  }

  private SimReceiver.Reply reply(String host, HttpRequest request) {
    exchanges++;
    return SimReceiver.answer(
        5, status, retryAfter.isEmpty() ? null : retryAfter, request.limits());
  }

  private void send(int messages) {
    for (int i = 0; i < messages; i++) {
      harness.send(0);
    }
  }

  private void crash() {
    harness.crash();
    exchanges = 0;
  }

  @Test
  void aRetryAfterOutlastsARestart() {
    send(1);
    harness.run(SECOND);
    send(50);
    harness.run(MINUTE);
    assertThat(exchanges).isEqualTo(1);
    crash();
    harness.run(58 * MINUTE);
    assertThat(exchanges).isZero();
    status = 200;
    harness.run(2 * MINUTE);
    assertThat(exchanges).isEqualTo(51);
  }

  @Test
  void aRetryAfterThatIsOverIsForgotten() {
    send(1);
    harness.run(SECOND);
    assertThat(harness.tables.laneStates()).hasSize(1);
    status = 200;
    harness.run(61 * MINUTE);
    assertThat(exchanges).isEqualTo(2);
    assertThat(harness.tables.laneStates()).isEmpty();
  }

  @Test
  void anOpenBreakerStaysOpenAndProbesOnceItIsTime() {
    status = 500;
    retryAfter = "";
    send(200);
    harness.run(5 * MINUTE);
    crash();
    harness.run(2 * MINUTE);
    assertThat(exchanges).as("one probe a minute").isBetween(1, 3);
    status = 200;
    harness.run(MINUTE + SECOND);
    assertThat(harness.tables.laneStates()).isEmpty();
    crash();
    send(5);
    harness.run(SECOND);
    assertThat(exchanges).isGreaterThanOrEqualTo(5);
  }
}
