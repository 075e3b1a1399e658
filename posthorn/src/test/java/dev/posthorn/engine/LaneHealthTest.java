package dev.posthorn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.store.AttemptKind;
import dev.posthorn.store.DeliveryState;
import dev.posthorn.store.EndpointPolicy;
import dev.posthorn.store.EndpointRow;
import dev.posthorn.store.EndpointState;
import dev.posthorn.store.LiveRow;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LaneHealthTest {
  private static final long SECOND = 1_000_000_000;
  private static final HealthOptions OPTIONS =
      new HealthOptions(2, 1_000, 60_000, 1_000, 60_000, 10_000);

  private final EndpointEntry endpoint = endpoint();
  private final LaneHealth health =
      new LaneHealth(endpoint, new ApplicationRate(), OPTIONS, EngineOptions.DEFAULT.limits());
  private long ids;

  private static EndpointEntry endpoint() {
    EndpointPolicy policy = new EndpointPolicy(false, 0, 0, 0, null, "standard");
    return new EndpointEntry(
        1,
        new EndpointRow(
            1,
            1,
            null,
            "http://example.com/",
            "",
            List.of(),
            List.of(),
            policy,
            EndpointState.ENABLED,
            Map.of(),
            0,
            0),
        List.of());
  }

  private Delivery started(AttemptKind kind, long nowNanos) {
    LiveRow row = new LiveRow(++ids, 1, 1, LiveRow.Place.PARKED, 0, 0, 0, 1_000_000, kind);
    Delivery delivery = new Delivery(row, null);
    health.started(delivery, nowNanos);
    return delivery;
  }

  private long finish(Delivery delivery, Verdict.Health judged, long nowMillis) {
    Verdict verdict = new Verdict(DeliveryState.WAITING, 1, 0, 1_000_000, 0, judged);
    return health.finished(delivery, verdict, nowMillis * 1_000_000, nowMillis);
  }

  @Test
  void aLaneIsNewUntilAnExchangeEnded() {
    Delivery delivery = started(AttemptKind.SCHEDULED, 0);
    assertThat(health.standing()).isEqualTo(Permits.Standing.NEW);
    finish(delivery, Verdict.Health.GOOD, 1);
    assertThat(health.standing()).isEqualTo(Permits.Standing.GOOD);
  }

  @Test
  void aLaneIsPoorFromAFailureToTheNextSuccess() {
    finish(started(AttemptKind.SCHEDULED, 0), Verdict.Health.BAD, 1);
    assertThat(health.standing()).isEqualTo(Permits.Standing.POOR);
    finish(started(AttemptKind.SCHEDULED, 0), Verdict.Health.GOOD, 2);
    assertThat(health.standing()).isEqualTo(Permits.Standing.GOOD);
  }

  @Test
  void aLaneIsPoorWhileAnExchangeTakesLongAndNothingSucceeds() {
    Delivery slow = started(AttemptKind.SCHEDULED, 1);
    assertThat(health.updateSlow(SECOND)).isFalse();
    assertThat(health.slowAtNanos()).isEqualTo(SECOND + 1);
    assertThat(health.updateSlow(SECOND + 1)).isTrue();
    assertThat(health.standing()).isEqualTo(Permits.Standing.POOR);
    finish(slow, Verdict.Health.GOOD, 1_500);
    assertThat(health.updateSlow(2 * SECOND)).isFalse();
    assertThat(health.standing()).isEqualTo(Permits.Standing.GOOD);
  }

  @Test
  void anEndpointFailsSinceTheFirstFailureAfterItsLastSuccess() {
    assertThat(finish(started(AttemptKind.SCHEDULED, 0), Verdict.Health.BAD, 5)).isEqualTo(5);
    assertThat(finish(started(AttemptKind.SCHEDULED, 0), Verdict.Health.BAD, 9)).isEqualTo(-1);
    assertThat(finish(started(AttemptKind.SCHEDULED, 0), Verdict.Health.BUSY, 9)).isEqualTo(-1);
    assertThat(finish(started(AttemptKind.SCHEDULED, 0), Verdict.Health.GOOD, 12)).isZero();
    assertThat(endpoint.failingSince).isZero();
  }

  @Test
  void aManualTestNeverCounts() {
    Delivery good = started(AttemptKind.SCHEDULED, 0);
    finish(good, Verdict.Health.GOOD, 1);
    for (Verdict.Health judged : new Verdict.Health[] {Verdict.Health.BAD, Verdict.Health.GONE}) {
      for (int i = 0; i < 3; i++) {
        Delivery test = started(AttemptKind.TEST, 0);
        assertThat(finish(test, judged, 20_000)).isEqualTo(-1);
        assertThat(disabling(test, judged, 20_000)).isNull();
      }
    }
    assertThat(endpoint.failingSince).isZero();
    assertThat(health.standing()).isEqualTo(Permits.Standing.GOOD);
    assertThat(health.blockedNanos(0)).isLessThanOrEqualTo(0);

    finish(started(AttemptKind.SCHEDULED, 0), Verdict.Health.BAD, 7);
    finish(started(AttemptKind.TEST, 0), Verdict.Health.GOOD, 8);
    assertThat(endpoint.failingSince).isEqualTo(7);
  }

  private @Nullable EndpointState disabling(
      Delivery delivery, Verdict.Health judged, long nowMillis) {
    Verdict verdict = new Verdict(DeliveryState.WAITING, 1, 0, 1_000_000, 0, judged);
    return health.disabling(delivery, verdict, nowMillis);
  }

  @Test
  void itIsToBeDisabledOnceItFailsForLongAndThenLookedAtNowAndAgain() {
    Delivery first = started(AttemptKind.SCHEDULED, 0);
    finish(first, Verdict.Health.BAD, 5);
    assertThat(disabling(first, Verdict.Health.BAD, 10_004)).isNull();
    assertThat(disabling(first, Verdict.Health.BAD, 10_005))
        .isEqualTo(EndpointState.DISABLED_FAILING);
    assertThat(disabling(first, Verdict.Health.BAD, 10_006)).isNull();
    assertThat(disabling(first, Verdict.Health.BAD, 10_505))
        .isEqualTo(EndpointState.DISABLED_FAILING);
    assertThat(disabling(first, Verdict.Health.GONE, 10_506))
        .isEqualTo(EndpointState.DISABLED_GONE);
  }
}
