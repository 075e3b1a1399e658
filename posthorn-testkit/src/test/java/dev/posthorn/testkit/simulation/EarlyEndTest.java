package dev.posthorn.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.DeliveryState;
import dev.posthorn.Timings;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.spi.store.AttemptRow;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.EndpointRow;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.transport.ExchangeLimits;
import dev.posthorn.spi.transport.ExchangeResult;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** When a delivery may end before its attempts are spent, since the clock was set meanwhile. */
class EarlyEndTest {
  /** Less than the lifetime of 56 s, and so much that the wait before the third is too long. */
  private static final long STEP_MILLIS = 52_000;

  private static final EngineOptions OPTIONS =
      EngineOptions.DEFAULT
          .withRetryWaits(List.of(1_000L, 5_000L, 30_000L))
          .withJitter(0)
          .withExchange(new ExchangeLimits(1_000, 1_000, 5_000, 5_000, 1_024));

  private boolean steps = true;
  private final Stage stage =
      new Stage(
          7,
          OPTIONS,
          WatchedStore.launcher(WatchedStore.commits(this::beforeCommit)),
          (host, request) -> reply());
  private final Journeys journeys = new Journeys(stage.tables, stage.clock, 1);
  private final EndpointRow endpoint = stage.await(stage.addEndpoint("e", Stage.policy(false)));

  /** Sets the clock between the first exchange and its record. */
  private void beforeCommit(Batch batch) {
    if (steps && !batch.attempts.isEmpty()) {
      steps = false;
      stage.clock.jumpBriefly(STEP_MILLIS, 60 * Stage.SECOND);
      throw new StoreException(StoreException.Reason.IO, "for the test", null);
    }
  }

  private SimReceiver.Reply reply() {
    journeys.exchange(stage.tables.messages.firstKey(), endpoint.id());
    stage.clock.after(1_000_000, () -> journeys.answered(endpoint.id()));
    return new SimReceiver.Reply(
        1, new ExchangeResult.Response(404, null, new byte[0], null, Timings.NONE));
  }

  private void send() {
    stage
        .engine
        .messages()
        .accept(
            new SendRequest(
                stage.application(),
                "t",
                List.of(),
                "text/plain",
                Journeys.body(null, 0, 0),
                SendRequest.Options.NONE),
            accepted -> journeys.accepted(accepted.message(), accepted.duplicate()),
            refused -> {});
    stage.run(120 * Stage.SECOND);
    assertThat(journeys.nothingWaits()).isTrue();
  }

  private void checkEnd() {
    journeys.checkEnd(OPTIONS, 0, new Surprises(stage.random, true), false);
  }

  private AttemptRow last() {
    return stage.tables.attempts.lastEntry().getValue();
  }

  @Test
  void aBriefStepBetweenAnExchangeAndItsRecordMayEndItsDelivery() {
    send();

    assertThat(last().state()).isEqualTo(DeliveryState.FAILED);
    assertThat(last().spent()).isEqualTo(2);
    assertThatCode(this::checkEnd).doesNotThrowAnyException();
  }

  @Test
  void withoutAStepTheEndIsThatOfTheLastAttempt() {
    steps = false;
    send();

    assertThat(last().spent()).isEqualTo(4);
    assertThatCode(this::checkEnd).doesNotThrowAnyException();
    endEarly();
    assertThatThrownBy(this::checkEnd)
        .isInstanceOf(Violation.class)
        .hasMessageContaining("no reason to end so");
  }

  /** A step of more than a minute is not believed while it is brief: it is no reason. */
  @Test
  void aBriefStepOfMoreThanAMinuteIsNoReason() {
    steps = false;
    send();
    stage.clock.jumpBriefly(60_001, Stage.SECOND);
    assertThat(stage.clock.longestStepMillis()).isZero();
    endEarly();
    assertThatThrownBy(this::checkEnd).hasMessageContaining("no reason to end so");
  }

  /** Writes history anew: the second attempt was the last one. */
  private void endEarly() {
    var rows =
        Objects.requireNonNull(
            stage.tables.attemptsByMessage.get(stage.tables.messages.firstKey()));
    while (rows.size() > 2) {
      rows.pollLastEntry();
    }
    AttemptRow last = rows.lastEntry().getValue();
    AttemptRow ended =
        new AttemptRow(
            last.id(),
            last.message(),
            last.delivery(),
            last.endpoint(),
            last.kind(),
            DeliveryState.FAILED,
            last.spent(),
            last.status(),
            last.error(),
            last.timings(),
            last.excerpt(),
            0);
    rows.put(ended.id(), ended);
  }
}
