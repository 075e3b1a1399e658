package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.DeliveryState;
import dev.posthorn.Timings;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.transport.ExchangeLimits;
import dev.posthorn.spi.transport.ExchangeResult;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A delivery may end before its attempts are spent if the clock was set in between. */
class EarlyEndTest {
  /** Less than the lifetime of 56 s, and so much that the wait before the third is too long. */
  private static final long STEP_MILLIS = 52_000;

  private static final EngineOptions OPTIONS =
      EngineOptions.DEFAULT
          .withRetryWaits(List.of(1_000L, 5_000L, 30_000L))
          .withJitter(0)
          .withExchange(new ExchangeLimits(1_000, 1_000, 5_000, 5_000, 1_024));

  private boolean steps = true;
  private final EngineHarness harness =
      new EngineHarness(
          7,
          OPTIONS,
          WatchedStore.launcher(WatchedStore.commits(this::beforeCommit)),
          (host, request) -> reply());
  private final DeliveryLedger ledger = harness.ledger(1);
  private final EndpointRow endpoint =
      harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));

  /** Sets the clock between the first exchange and its record. */
  private void beforeCommit(Batch batch) {
    if (steps && batch.partitions().stream().anyMatch(rows -> !rows.attempts.isEmpty())) {
      steps = false;
      harness.clock.jumpBriefly(STEP_MILLIS, 60 * EngineHarness.SECOND);
      throw new StoreException(StoreException.Reason.IO, "for the test", null);
    }
  }

  private SimReceiver.Reply reply() {
    long message = harness.tables.messages().firstKey();
    harness.clock.after(1_000_000, ledger.exchange(message, endpoint.id()));
    return new SimReceiver.Reply(
        1, new ExchangeResult.Response(404, null, new byte[0], null, Timings.NONE));
  }

  private void send() {
    harness
        .engine
        .messages()
        .accept(
            new SendRequest(
                harness.application(),
                "t",
                List.of(),
                "text/plain",
                SimPayload.of(null, 0, 0),
                SendRequest.Options.NONE),
            result -> ledger.accepted(harness.application(), result.message(), result.duplicate()),
            refused -> {});
    harness.run(120 * EngineHarness.SECOND);
    assertThat(ledger.nothingWaits()).isTrue();
  }

  private void checkEnd() {
    ledger.checkEnd(OPTIONS, 0, new Surprises(harness.random, true), false);
  }

  private AttemptRow last() {
    return harness.tables.attempts().lastEntry().getValue();
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
    harness.clock.jumpBriefly(60_001, EngineHarness.SECOND);
    assertThat(harness.clock.longestStepMillis()).isZero();
    endEarly();
    assertThatThrownBy(this::checkEnd).hasMessageContaining("no reason to end so");
  }

  /** Writes history anew: the second attempt was the last one. */
  private void endEarly() {
    var rows =
        Objects.requireNonNull(
            harness.tables.attemptsByMessage(harness.tables.messages().firstKey()));
    while (rows.size() > 2) {
      rows.pollLastEntry();
    }
    AttemptRow last = rows.lastEntry().getValue();
    AttemptRow ended =
        AttemptRow.of(last.id(), last.message(), last.delivery(), last.endpoint())
            .kind(last.kind())
            .state(DeliveryState.FAILED)
            .spent(last.spent())
            .status(last.status())
            .error(last.error())
            .timings(last.timings())
            .excerpt(last.excerpt())
            .build();
    rows.put(ended.id(), ended);
  }
}
