package dev.posthorn.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.Timings;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.task.TaskKind;
import dev.posthorn.internal.engine.task.TaskOrder;
import dev.posthorn.spi.store.AttemptRow;
import dev.posthorn.spi.store.EndpointRow;
import dev.posthorn.spi.store.EndpointState;
import dev.posthorn.spi.transport.ExchangeResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What a wall clock that is wrong, for a while or for long, must not do. */
class ClockJumpTest {
  private static final long HOUR = 3_600_000;
  private static final long DAY = 24 * HOUR;
  private static final int LARGE = 500_000;

  private final List<Long> sent = new ArrayList<>();
  private int status = 200;
  private boolean jumpsWhileReading;
  private final Stage stage =
      new Stage(
          7,
          EngineOptions.DEFAULT.withRetention(90 * DAY),
          WatchedStore.launcher(this::jumpWhileReading),
          (host, request) -> {
            sent.add(stageNanos());
            return new SimReceiver.Reply(
                1, new ExchangeResult.Response(status, null, new byte[0], null, Timings.NONE));
          });

  /** Sets the clock forward while the payload of a large message is read, if it is to. */
  private void jumpWhileReading(String method, Object[] arguments) {
    if (jumpsWhileReading && method.equals("messages") && (long) arguments[1] == LARGE) {
      jumpsWhileReading = false;
      stage.clock.jump(48 * HOUR);
    }
  }

  private long stageNanos() {
    return stage.clock.nanoTime();
  }

  private EndpointRow endpoint() {
    return stage.await(stage.addEndpoint("e", Stage.policy(false)));
  }

  private void send(long deliverAt, long expires) {
    send(deliverAt, expires, 10);
  }

  private void send(long deliverAt, long expires, int bytes) {
    stage
        .engine
        .messages()
        .accept(
            new SendRequest(
                stage.application(),
                "t",
                List.of(),
                "text/plain",
                new byte[bytes],
                new SendRequest.Options(null, deliverAt, expires, null)),
            accepted -> {},
            refused -> {});
    stage.run(Stage.SECOND);
  }

  private void change(EndpointRow endpoint, UnaryOperator<EndpointRow> edit) {
    var unused = stage.await(stage.engine.administration().updateEndpoint(endpoint.id(), edit));
  }

  private List<DeliveryState> ends() {
    return stage.tables.attempts.values().stream().map(AttemptRow::state).toList();
  }

  @Test
  void aScheduledMessageWaitsThroughShortJumpsAndRestarts() {
    var unused = endpoint();
    long start = stage.clock.nanoTime();
    send(stage.clock.millis() + HOUR, 0);

    stage.clock.jumpBriefly(48 * HOUR, 10 * Stage.SECOND);
    stage.run(5 * Stage.SECOND);
    stage.crash(); // in the middle
    stage.run(60 * Stage.SECOND);
    stage.crash(); // and when it is right again
    stage.run(60 * Stage.SECOND);
    assertThat(sent).isEmpty();

    stage.run(3_600 * Stage.SECOND);
    assertThat(sent).hasSize(1);
    assertThat(sent.get(0) - start).isBetween(3_600 * Stage.SECOND, 3_610 * Stage.SECOND);
  }

  @Test
  void nothingExpiresInAShortJump() {
    EndpointRow endpoint = endpoint();
    change(endpoint, row -> row.with(EndpointState.PAUSED, 0));
    send(0, stage.clock.millis() + HOUR);
    send(0, 0);

    stage.clock.jumpBriefly(48 * HOUR, 10 * Stage.SECOND);
    stage.run(60 * Stage.SECOND);
    assertThat(ends()).isEmpty();

    change(endpoint, row -> row.with(EndpointState.ENABLED, 0));
    stage.run(10 * Stage.SECOND);
    assertThat(ends()).containsExactly(DeliveryState.SUCCEEDED, DeliveryState.SUCCEEDED);
  }

  @Test
  void whatMayHaveExpiredWaitsUntilTheClockIsBelieved() {
    EndpointRow endpoint = endpoint();
    change(endpoint, row -> row.with(EndpointState.PAUSED, 0));
    send(0, stage.clock.millis() + HOUR);
    stage.clock.jump(48 * HOUR); // it was off for two days
    stage.crash();

    change(endpoint, row -> row.with(EndpointState.ENABLED, 0));
    stage.run(60 * Stage.SECOND);
    assertThat(sent).isEmpty();
    stage.run(120 * Stage.SECOND);
    assertThat(sent).isEmpty();
    assertThat(ends()).containsExactly(DeliveryState.FAILED);
  }

  /** A large payload is read once its delivery has a permit. */
  @Test
  void whatMayHaveExpiredWhileItsPayloadWasReadIsNotSent() {
    var unused = endpoint();
    status = 500;
    send(0, stage.clock.millis() + HOUR, LARGE);
    assertThat(sent).hasSize(1);

    jumpsWhileReading = true;
    stage.run(60 * Stage.SECOND);
    assertThat(jumpsWhileReading).isFalse();
    assertThat(sent).as("while the clock is in doubt").hasSize(1);
    stage.run(120 * Stage.SECOND);
    assertThat(sent).hasSize(1);
    assertThat(ends()).last().isEqualTo(DeliveryState.FAILED);
  }

  /** However short a jump is: what it kept from being sent goes once it is over. */
  @Test
  void whatComesInAVeryShortJumpIsSentAfterIt() {
    var unused = endpoint();
    stage.run(60 * Stage.SECOND);
    for (int i = 0; i < 10; i++) {
      stage.clock.jumpBriefly(48 * HOUR, Stage.SECOND);
      send(0, stage.clock.millis() - 47 * HOUR);
      stage.run(11 * Stage.SECOND);
      assertThat(sent).hasSize(i + 1);
    }
  }

  @Test
  void aShortJumpRemovesNoHistory() {
    var unused = endpoint();
    send(0, 0);

    stage.clock.jumpBriefly(91 * DAY, 5 * Stage.SECOND);
    stage.run(600 * Stage.SECOND);

    assertThat(stage.tables.messages).hasSize(1);
  }

  @Test
  void aLongJumpRemovesAnHourOfHistoryAMinute() {
    var unused = endpoint();
    send(0, 0);
    stage.run(3_600 * Stage.SECOND);
    send(0, 0);

    stage.clock.jump(90 * DAY);
    stage.run(300 * Stage.SECOND);
    assertThat(stage.tables.messages).hasSize(2);
    stage.run(37 * 3_600 * Stage.SECOND); // 90 days at an hour a minute are 36 hours
    assertThat(stage.tables.messages).isEmpty();
  }

  @Test
  void aRestartAfterALongJumpRemovesNoMore() {
    var unused = endpoint();
    send(0, 0);
    stage.clock.jump(91 * DAY);
    stage.run(600 * Stage.SECOND);
    for (int i = 0; i < 10; i++) {
      stage.crash();
      stage.run(360 * Stage.SECOND);
    }
    assertThat(stage.tables.messages).hasSize(1);
    stage.run(37 * 3_600 * Stage.SECOND);
    assertThat(stage.tables.messages).isEmpty();
  }

  @Test
  void untilNowIsUntilNowAfterAClockWasWrongForLong() {
    EndpointRow endpoint = endpoint();
    stage.clock.jump(365 * DAY);
    stage.run(600 * Stage.SECOND);
    send(0, 0);
    stage.clock.jump(-365 * DAY);
    stage.run(600 * Stage.SECOND);
    status = 400;
    send(0, 0);
    status = 200;
    sent.clear();

    long now = stage.engine.millis();
    assertThat(Math.abs(now - stage.clock.millis())).isLessThan(1_000);
    var unused =
        stage.await(
            stage
                .engine
                .tasks()
                .run(TaskKind.RECOVER, new TaskOrder(endpoint.id(), now - HOUR, now + 1)));
    stage.run(10 * Stage.SECOND);

    assertThat(sent).hasSize(1);
  }
}
