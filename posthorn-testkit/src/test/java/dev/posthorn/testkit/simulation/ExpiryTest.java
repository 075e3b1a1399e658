package dev.posthorn.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.EngineLimits;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.spi.store.AttemptRow;
import dev.posthorn.spi.store.EndpointRow;
import dev.posthorn.spi.store.EndpointState;
import dev.posthorn.spi.transport.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A delivery that is too late ends soon, whatever is before it. */
class ExpiryTest {
  private static final long SECOND = Stage.SECOND;
  private static final long MINUTE = 60 * SECOND;

  private int exchanges;
  private int status = 500;
  private final Stage stage =
      new Stage(
          1,
          EngineOptions.DEFAULT
              .withRetryWaits(List.of(3_600_000L))
              .withJitter(0)
              .withLimits(new EngineLimits(16, 8, 4, 8, 20, 5, 0.5, 1_000_000, 10_000_000, 10_000)),
          Launcher.PLAIN,
          this::reply);

  private SimReceiver.Reply reply(String host, HttpRequest request) {
    exchanges++;
    return SimReceiver.answer(5, status, null, request.limits());
  }

  private EndpointRow endpoint(boolean ordered) {
    EndpointRow endpoint = stage.await(stage.addEndpoint("e", Stage.policy(ordered)));
    stage.run(10 * SECOND);
    return endpoint;
  }

  private void pause(EndpointRow endpoint) {
    stage.await(stage.state(endpoint, EndpointState.PAUSED));
  }

  private void send(int messages, long expiresInMillis) {
    for (int i = 0; i < messages; i++) {
      stage.send(expiresInMillis == 0 ? 0 : stage.clock.millis() + expiresInMillis);
    }
    stage.run(SECOND);
  }

  private void assertEnded(int expired, int waiting) {
    assertThat(stage.tables.attempts.values())
        .hasSize(expired)
        .allSatisfy(
            row -> {
              assertThat(row.state()).isEqualTo(DeliveryState.FAILED);
              assertThat(row.error()).isEqualTo("deadline");
            });
    assertThat(stage.tables.waiting()).isEqualTo(waiting);
  }

  @Test
  void whatWaitsInMemoryBehindOthers() {
    pause(endpoint(false));
    send(2, 0);
    send(2, 60_000);
    stage.run(MINUTE + 3 * SECOND);
    assertEnded(2, 2);
  }

  @Test
  void whatIsOnlyInTheStoreBehindOthers() {
    pause(endpoint(false));
    send(700, 0);
    send(650, 60_000);
    send(50, 0);
    stage.run(2 * MINUTE);
    assertEnded(650, 750);
    long before = stage.clock.count();
    stage.run(60 * MINUTE);
    assertThat(stage.clock.count() - before).as("a look each half minute").isLessThan(5_000);
  }

  @Test
  void whatExpiresBeforeItIsDue() {
    pause(endpoint(false));
    send(700, 0);
    long before = stage.clock.millis();
    SendRequest.Options options =
        new SendRequest.Options(null, before + 3_600_000, before + 60_000, null);
    stage.engine.messages().accept(stage.messageOf(options), accepted -> {}, refused -> {});
    stage.run(2 * MINUTE);
    assertEnded(1, 700);
  }

  @Test
  void alsoAfterACrash() {
    pause(endpoint(false));
    send(700, 0);
    send(100, 60_000);
    stage.crash();
    stage.run(2 * MINUTE);
    assertEnded(100, 700);
  }

  @Test
  void behindOneThatWaitsForItsRetryInOrder() {
    endpoint(true);
    send(1, 0);
    send(3, 60_000);
    stage.run(2 * MINUTE);
    assertThat(exchanges).isEqualTo(1);
    assertThat(stage.tables.attempts.values())
        .extracting(AttemptRow::error)
        .containsExactly(null, "deadline", "deadline", "deadline");
  }

  @Test
  void aRetryThatWaitsKeepsItsTimeWhenTheOrderIsLifted() {
    EndpointRow endpoint = endpoint(true);
    send(1, 0);
    stage.run(10 * SECOND);
    send(5, 0);
    assertThat(exchanges).isEqualTo(1);
    status = 200;
    stage.await(
        stage
            .engine
            .administration()
            .updateEndpoint(endpoint.id(), row -> Stage.with(row, Stage.policy(false))));
    stage.run(30 * MINUTE);
    assertThat(exchanges).as("those behind it").isEqualTo(6);
    stage.run(31 * MINUTE);
    assertThat(exchanges).isEqualTo(7);
    assertThat(stage.tables.waiting()).isZero();
  }
}
