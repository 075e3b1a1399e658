package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.Timings;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.task.TaskKind;
import dev.posthorn.internal.engine.task.TaskOrder;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.transport.ExchangeResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The limits of the damage that a wrong wall clock can do, for a while or for long. */
class ClockJumpTest {
  private static final long HOUR = 3_600_000;
  private static final long DAY = 24 * HOUR;
  private static final int LARGE = 500_000;

  private final List<Long> sent = new ArrayList<>();
  private int status = 200;
  private boolean jumpsWhileReading;
  private final EngineHarness harness =
      new EngineHarness(
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
      harness.clock.jump(48 * HOUR);
    }
  }

  private long stageNanos() {
    return harness.clock.nanoTime();
  }

  private EndpointRow endpoint() {
    return harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
  }

  private void send(long deliverAt, long expires) {
    send(deliverAt, expires, 10);
  }

  private void send(long deliverAt, long expires, int bytes) {
    harness
        .engine
        .messages()
        .accept(
            new SendRequest(
                harness.application(),
                "t",
                List.of(),
                "text/plain",
                new byte[bytes],
                new SendRequest.Options(null, deliverAt, expires, null)),
            result -> {},
            refused -> {});
    harness.run(EngineHarness.SECOND);
  }

  private void change(EndpointRow endpoint, UnaryOperator<EndpointRow> edit) {
    var unused = harness.await(harness.engine.endpointAdmin().update(endpoint.id(), edit));
  }

  private List<DeliveryState> ends() {
    return harness.tables.attempts().values().stream().map(AttemptRow::state).toList();
  }

  @Test
  void aScheduledMessageWaitsThroughShortJumpsAndRestarts() {
    var unused = endpoint();
    long start = harness.clock.nanoTime();
    send(harness.clock.millis() + HOUR, 0);

    harness.clock.jumpBriefly(48 * HOUR, 10 * EngineHarness.SECOND);
    harness.run(5 * EngineHarness.SECOND);
    harness.crash(); // in the middle
    harness.run(60 * EngineHarness.SECOND);
    harness.crash(); // and when it is right again
    harness.run(60 * EngineHarness.SECOND);
    assertThat(sent).isEmpty();

    harness.run(3_600 * EngineHarness.SECOND);
    assertThat(sent).hasSize(1);
    assertThat(sent.get(0) - start)
        .isBetween(3_600 * EngineHarness.SECOND, 3_610 * EngineHarness.SECOND);
  }

  @Test
  void nothingExpiresInAShortJump() {
    EndpointRow endpoint = endpoint();
    change(endpoint, row -> row.with(EndpointState.PAUSED, 0));
    send(0, harness.clock.millis() + HOUR);
    send(0, 0);

    harness.clock.jumpBriefly(48 * HOUR, 10 * EngineHarness.SECOND);
    harness.run(60 * EngineHarness.SECOND);
    assertThat(ends()).isEmpty();

    change(endpoint, row -> row.with(EndpointState.ENABLED, 0));
    harness.run(10 * EngineHarness.SECOND);
    assertThat(ends()).containsExactly(DeliveryState.SUCCEEDED, DeliveryState.SUCCEEDED);
  }

  @Test
  void whatMayHaveExpiredWaitsUntilTheClockIsBelieved() {
    EndpointRow endpoint = endpoint();
    change(endpoint, row -> row.with(EndpointState.PAUSED, 0));
    send(0, harness.clock.millis() + HOUR);
    harness.clock.jump(48 * HOUR); // it was off for two days
    harness.crash();

    change(endpoint, row -> row.with(EndpointState.ENABLED, 0));
    harness.run(60 * EngineHarness.SECOND);
    assertThat(sent).isEmpty();
    harness.run(120 * EngineHarness.SECOND);
    assertThat(sent).isEmpty();
    assertThat(ends()).containsExactly(DeliveryState.FAILED);
  }

  /** A large payload is read once its delivery has a permit. */
  @Test
  void whatMayHaveExpiredWhileItsPayloadWasReadIsNotSent() {
    var unused = endpoint();
    status = 500;
    send(0, harness.clock.millis() + HOUR, LARGE);
    assertThat(sent).hasSize(1);

    jumpsWhileReading = true;
    harness.run(60 * EngineHarness.SECOND);
    assertThat(jumpsWhileReading).isFalse();
    assertThat(sent).as("while the clock is in doubt").hasSize(1);
    harness.run(120 * EngineHarness.SECOND);
    assertThat(sent).hasSize(1);
    assertThat(ends()).last().isEqualTo(DeliveryState.FAILED);
  }

  /** However short a jump is: what it kept from being sent goes once it is over. */
  @Test
  void whatComesInAVeryShortJumpIsSentAfterIt() {
    var unused = endpoint();
    harness.run(60 * EngineHarness.SECOND);
    for (int i = 0; i < 10; i++) {
      harness.clock.jumpBriefly(48 * HOUR, EngineHarness.SECOND);
      send(0, harness.clock.millis() - 47 * HOUR);
      harness.run(11 * EngineHarness.SECOND);
      assertThat(sent).hasSize(i + 1);
    }
  }

  @Test
  void aShortJumpRemovesNoHistory() {
    var unused = endpoint();
    send(0, 0);

    harness.clock.jumpBriefly(91 * DAY, 5 * EngineHarness.SECOND);
    harness.run(600 * EngineHarness.SECOND);

    assertThat(harness.tables.messages()).hasSize(1);
  }

  @Test
  void aLongJumpRemovesAnHourOfHistoryAMinute() {
    var unused = endpoint();
    send(0, 0);
    harness.run(3_600 * EngineHarness.SECOND);
    send(0, 0);

    harness.clock.jump(90 * DAY);
    harness.run(300 * EngineHarness.SECOND);
    assertThat(harness.tables.messages()).hasSize(2);
    harness.run(37 * 3_600 * EngineHarness.SECOND); // 90 days at an hour a minute are 36 hours
    assertThat(harness.tables.messages()).isEmpty();
  }

  @Test
  void aRestartAfterALongJumpRemovesNoMore() {
    var unused = endpoint();
    send(0, 0);
    harness.clock.jump(91 * DAY);
    harness.run(600 * EngineHarness.SECOND);
    for (int i = 0; i < 10; i++) {
      harness.crash();
      harness.run(360 * EngineHarness.SECOND);
    }
    assertThat(harness.tables.messages()).hasSize(1);
    harness.run(37 * 3_600 * EngineHarness.SECOND);
    assertThat(harness.tables.messages()).isEmpty();
  }

  @Test
  void untilNowIsUntilNowAfterAClockWasWrongForLong() {
    EndpointRow endpoint = endpoint();
    harness.clock.jump(365 * DAY);
    harness.run(600 * EngineHarness.SECOND);
    send(0, 0);
    harness.clock.jump(-365 * DAY);
    harness.run(600 * EngineHarness.SECOND);
    status = 400;
    send(0, 0);
    status = 200;
    sent.clear();

    long now = harness.engine.millis();
    assertThat(Math.abs(now - harness.clock.millis())).isLessThan(1_000);
    var unused =
        harness.await(
            harness
                .engine
                .tasks()
                .run(TaskKind.RECOVER, new TaskOrder(endpoint.id(), now - HOUR, now + 1)));
    harness.run(10 * EngineHarness.SECOND);

    assertThat(sent).hasSize(1);
  }
}
