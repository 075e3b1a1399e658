package dev.posthorn.internal.engine.base;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.Reason;
import dev.posthorn.Timings;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.LiveRow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineCountersTest {
  private static final long NOW = 1_000_000;
  private static final long MESSAGE = Ids.firstAt(NOW) + 7;

  private final EngineCounters counters = new EngineCounters();

  private static AttemptRow attempt(AttemptKind kind, int status, @Nullable String error) {
    DeliveryState state = status / 100 == 2 ? DeliveryState.SUCCEEDED : DeliveryState.FAILED;
    Timings timings = new Timings(0, 0, 0, 0, 3_000);
    return AttemptRow.of(9, 1, 2, 3)
        .kind(kind)
        .state(state)
        .spent(1)
        .status(status)
        .error(error)
        .timings(timings)
        .build();
  }

  private static LiveRow row(long due, long notBefore, int attempts, AttemptKind kind) {
    return LiveRow.parked(MESSAGE + 1, 3, MESSAGE, due, NOW * 2, kind)
        .parkedUntil(due, notBefore)
        .withAttempts(attempts);
  }

  @Test
  void aDuplicateIsNoNewMessage() {
    counters.accepted(new SendResult(1, new long[] {4, 5}, false, null));
    counters.accepted(new SendResult(1, new long[] {4, 5}, true, null));
    counters.accepted(new SendResult(2, new long[0], false, null));
    assertThat(counters.messagesAccepted()).isEqualTo(2);
    assertThat(counters.messagesDuplicate()).isEqualTo(1);
    assertThat(counters.messagesUnmatched()).isEqualTo(1);
    assertThat(counters.deliveriesCreated()).isEqualTo(2);
  }

  @Test
  void refusalsAreCountedByReason() {
    counters.refused(Reason.OVERLOADED);
    assertThat(counters.messagesRefused(Reason.OVERLOADED)).isEqualTo(1);
    assertThat(counters.messagesRefused(Reason.CLOSED)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "200,,SUCCESS",
    "299,timeout_body,SUCCESS",
    "301,,REDIRECT",
    "404,,CLIENT_ERROR",
    "503,,SERVER_ERROR",
    "199,,OTHER",
    "999,,OTHER",
    "0,dns,DNS",
    "0,timeout_connect,TIMEOUT_CONNECT",
    "0,of_another_version,OTHER",
    "0,,OTHER"
  })
  void anAttemptIsCountedByItsStatusOrItsError(
      int status, @Nullable String error, AttemptResult result) {
    counters.attempted(attempt(AttemptKind.SCHEDULED, status, error));
    for (AttemptResult each : AttemptResult.values()) {
      assertThat(counters.attempts(each)).as(each.code()).isEqualTo(each == result ? 1 : 0);
    }
    assertThat(counters.attemptTime().totalMicros()).isEqualTo(3_000);
  }

  @Test
  void aBodyThatDidNotComeWholeIsCountedBesideItsStatus() {
    counters.attempted(attempt(AttemptKind.SCHEDULED, 200, "body_too_large"));
    counters.attempted(attempt(AttemptKind.SCHEDULED, 0, "connect"));
    assertThat(counters.brokenBodies(AttemptResult.BODY_TOO_LARGE)).isEqualTo(1);
    assertThat(counters.brokenBodies(AttemptResult.CONNECT)).isZero();
  }

  @Test
  void anEndWithoutAnExchangeIsNoAttempt() {
    counters.attempted(attempt(AttemptKind.NONE, 0, "deadline"));
    assertThat(counters.attemptTime().count()).isZero();
    assertThat(counters.deliveriesEnded(DeliveryState.FAILED)).isEqualTo(1);
  }

  @Test
  void aTestIsAnAttemptButEndsNoDelivery() {
    counters.attempted(attempt(AttemptKind.TEST, 500, null));
    assertThat(counters.attempts(AttemptResult.SERVER_ERROR)).isEqualTo(1);
    assertThat(counters.deliveriesEnded(DeliveryState.FAILED)).isZero();
  }

  @Test
  void onlyTheFirstAttemptOfWhatWasDueAtOnceHasADelay() {
    counters.started(row(NOW, 0, 0, AttemptKind.SCHEDULED), NOW + 40);
    assertThat(counters.firstAttemptDelay().count()).isEqualTo(1);
    assertThat(counters.firstAttemptDelay().totalMicros()).isEqualTo(40_000);
    counters.started(row(NOW, 0, 1, AttemptKind.SCHEDULED), NOW + 40);
    counters.started(row(NOW + 30, 0, 0, AttemptKind.SCHEDULED), NOW + 40);
    counters.started(row(NOW, NOW + 30, 0, AttemptKind.SCHEDULED), NOW + 40);
    counters.started(row(NOW, 0, 0, AttemptKind.REPLAY), NOW + 40);
    assertThat(counters.firstAttemptDelay().count()).isEqualTo(1);
  }
}
