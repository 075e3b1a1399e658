package dev.posthorn.internal.engine.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.Timings;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.registry.DeliveryRules;
import dev.posthorn.internal.wire.StandardWireFormat;
import dev.posthorn.spi.store.rows.EndpointPolicy;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.transport.ErrorClass;
import dev.posthorn.spi.transport.ExchangeResult;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerdictTest {
  private static final long NOW = 1_000_000;
  private static final ExchangeResult FAILURE =
      new ExchangeResult.Failure(new ErrorClass.Connect(), "refused", Timings.NONE);

  private final DeliveryRules rules = rules(List.of(1_000L, 2_000L));

  private static DeliveryRules rules(List<Long> waits) {
    return new DeliveryRules(
        EndpointPolicy.builder().retryWaits(waits).build(),
        EngineOptions.DEFAULT,
        new StandardWireFormat(false));
  }

  private static LiveRow row(int attempts, long deadline) {
    return LiveRow.parked(1, 1, 1, NOW, deadline, AttemptKind.SCHEDULED).withAttempts(attempts);
  }

  private static ExchangeResult response(int status, @Nullable String retryAfter) {
    return new ExchangeResult.Response(status, retryAfter, new byte[0], null, Timings.NONE);
  }

  private Verdict verdict(LiveRow row, ExchangeResult result) {
    return Verdict.of(row, result, rules, NOW, new Random(1));
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 204, 299})
  void anyTwoHundredIsASuccess(int status) {
    Verdict verdict = verdict(row(0, Long.MAX_VALUE), response(status, null));
    assertThat(verdict.state()).isEqualTo(DeliveryState.SUCCEEDED);
    assertThat(verdict.health()).isEqualTo(Verdict.Health.GOOD);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 400, 404, 408, 429, 500, 503})
  void anythingElseSpendsAnAttemptAndWaits(int status) {
    Verdict verdict = verdict(row(0, Long.MAX_VALUE), response(status, null));
    assertThat(verdict.state()).isEqualTo(DeliveryState.WAITING);
    assertThat(verdict.spent()).isEqualTo(1);
    assertThat(verdict.due()).isBetween(NOW + 800, NOW + 1_200);
    boolean trouble = status == 408 || status == 429 || status >= 500;
    assertThat(verdict.health()).isEqualTo(trouble ? Verdict.Health.BAD : Verdict.Health.UNWILLING);
  }

  @Test
  void noResponseIsASignOfTrouble() {
    assertThat(verdict(row(0, Long.MAX_VALUE), FAILURE).health()).isEqualTo(Verdict.Health.BAD);
  }

  @Test
  void theLastAttemptFailsTheDelivery() {
    assertThat(verdict(row(1, Long.MAX_VALUE), FAILURE).state()).isEqualTo(DeliveryState.WAITING);
    Verdict last = verdict(row(2, Long.MAX_VALUE), FAILURE);
    assertThat(last.state()).isEqualTo(DeliveryState.FAILED);
    assertThat(last.spent()).isEqualTo(3);
  }

  @Test
  void aRecoveryHasOneAttempt() {
    LiveRow row = LiveRow.parked(1, 1, 1, NOW, Long.MAX_VALUE, AttemptKind.RECOVERY);
    Verdict failed = verdict(row, FAILURE);
    assertThat(failed.state()).isEqualTo(DeliveryState.FAILED);
    assertThat(failed.spent()).isEqualTo(1);
    assertThat(verdict(row, response(204, null)).state()).isEqualTo(DeliveryState.SUCCEEDED);
    Verdict held = verdict(row, response(503, "2"));
    assertThat(held.state()).as("no attempt was spent").isEqualTo(DeliveryState.WAITING);
    assertThat(held.spent()).isZero();
  }

  @Test
  void goneIsGone() {
    Verdict verdict = verdict(row(0, Long.MAX_VALUE), response(410, null));
    assertThat(verdict.state()).isEqualTo(DeliveryState.FAILED);
    assertThat(verdict.health()).isEqualTo(Verdict.Health.GONE);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void retryAfterSpendsNoAttempt(int status) {
    Verdict verdict = verdict(row(0, Long.MAX_VALUE), response(status, "2"));
    assertThat(verdict.state()).isEqualTo(DeliveryState.WAITING);
    assertThat(verdict.spent()).isZero();
    assertThat(verdict.due()).isEqualTo(NOW + 2_000);
    assertThat(verdict.holdUntil()).isEqualTo(NOW + 2_000);
    assertThat(verdict.health()).isEqualTo(Verdict.Health.BUSY);
  }

  @Test
  void retryAfterIsHeededUpToTheCapAndNotBeyondTheDeadline() {
    long capped =
        Verdict.of(
                row(0, Long.MAX_VALUE),
                response(429, "86400"),
                rules(EngineOptions.STANDARD_WAITS),
                NOW,
                new Random(1))
            .due();
    assertThat(capped).isEqualTo(NOW + 3_600_000);
    assertThat(verdict(row(0, NOW + 1_000), response(429, "2")).state())
        .isEqualTo(DeliveryState.FAILED);
  }

  @Test
  void theTimeOfADeliveryRunsFromItsFirstExchange() {
    long lifetime = rules.lifetimeMillis();
    assertThat(lifetime).isEqualTo(3_600 + 3 * 20_000);
    long first = verdict(row(0, NOW + DeliveryRules.PATIENCE_MILLIS), FAILURE).deadline();
    assertThat(first).isEqualTo(NOW + lifetime);
    Verdict later = Verdict.of(row(1, first), FAILURE, rules, NOW + 30_000, new Random(1));
    assertThat(later.deadline()).isEqualTo(first);
    Verdict tooLate = Verdict.of(row(1, first), FAILURE, rules, first - 100, new Random(1));
    assertThat(tooLate.state()).isEqualTo(DeliveryState.FAILED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "soon", "-1", "1e", "NaN", "Infinity"})
  void anUnreadableRetryAfterIsAnOrdinaryFailure(String value) {
    assertThat(verdict(row(0, Long.MAX_VALUE), response(429, value)).spent()).isEqualTo(1);
  }

  @Test
  void retryAfterIsSecondsDecimalsOrADate() {
    assertThat(RetryAfter.millis("5", NOW)).isEqualTo(5_000);
    assertThat(RetryAfter.millis("0.25", NOW)).isEqualTo(250);
    assertThat(RetryAfter.millis("Thu, 01 Jan 1970 00:16:45 GMT", NOW)).isEqualTo(5_000);
    assertThat(RetryAfter.millis("Thu, 01 Jan 1970 00:00:00 GMT", NOW)).isZero();
  }
}
