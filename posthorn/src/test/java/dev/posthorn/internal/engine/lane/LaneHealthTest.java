package dev.posthorn.internal.engine.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.HealthOptions;
import dev.posthorn.internal.engine.registry.ApplicationRate;
import dev.posthorn.internal.engine.registry.RateLimiter;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.LaneStateRow;
import dev.posthorn.spi.store.rows.LiveRow;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LaneHealthTest {
  private static final long SECOND = 1_000_000_000;
  private static final HealthOptions OPTIONS =
      HealthOptions.DEFAULT.toBuilder()
          .breakerFailures(2)
          .retryAfterCapMillis(60_000)
          .disableAfterMillis(10_000)
          .build();

  private final RegisteredEndpoint endpoint = endpoint();
  private final LaneHealth health =
      new LaneHealth(
          endpoint,
          new RateLimiter(new ApplicationRate(), () -> {}),
          OPTIONS,
          EngineOptions.DEFAULT.limits(),
          new java.util.Random(1));
  private long ids;

  private static RegisteredEndpoint endpoint() {
    EndpointSpec spec = EndpointSpec.to("http://example.com/").build();
    EndpointRow row = new EndpointRow(1, 1, spec, EndpointState.ENABLED, 0, 0);
    return new RegisteredEndpoint(1, 0, row, List.of());
  }

  private Delivery started(long nowNanos) {
    LiveRow row = LiveRow.parked(++ids, 1, 1, 0, 1_000_000, AttemptKind.SCHEDULED);
    Delivery delivery = new Delivery(row, null);
    health.started(delivery, nowNanos);
    return delivery;
  }

  private @Nullable LaneStateRow finish(Delivery delivery, Verdict.Health judged, long nowMillis) {
    Verdict verdict = new Verdict(DeliveryState.WAITING, 1, 0, 1_000_000, 0, judged);
    return health.finished(delivery, verdict, nowMillis * 1_000_000, nowMillis);
  }

  @Test
  void aLaneIsNewUntilAnExchangeEnded() {
    Delivery delivery = started(0);
    assertThat(health.standing()).isEqualTo(Permits.Standing.NEW);
    finish(delivery, Verdict.Health.GOOD, 1);
    assertThat(health.standing()).isEqualTo(Permits.Standing.GOOD);
  }

  @Test
  void aLaneIsPoorFromAFailureToTheNextSuccess() {
    finish(started(0), Verdict.Health.BAD, 1);
    assertThat(health.standing()).isEqualTo(Permits.Standing.POOR);
    finish(started(0), Verdict.Health.GOOD, 2);
    assertThat(health.standing()).isEqualTo(Permits.Standing.GOOD);
  }

  @Test
  void aLaneIsPoorWhileAnExchangeTakesLongAndNothingSucceeds() {
    Delivery slow = started(1);
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
    assertThat(finish(started(0), Verdict.Health.BAD, 5)).isEqualTo(state(5, 0, 0, 0));
    assertThat(finish(started(0), Verdict.Health.BUSY, 9)).isNull();
    assertThat(finish(started(0), Verdict.Health.GOOD, 12)).isEqualTo(state(0, 0, 0, 0));
    assertThat(finish(started(0), Verdict.Health.GOOD, 13)).isNull();
    assertThat(endpoint.failingSince).isZero();
    assertThat(endpoint.laneState).isNull();
  }

  @Test
  void anAnswerThatIsNoSignOfTroubleHoldsNothingBackButIsNoSuccess() {
    for (int i = 0; i < 3; i++) {
      finish(started(0), Verdict.Health.UNWILLING, 5);
    }
    assertThat(health.isSpared(SECOND)).isFalse();
    assertThat(health.standing()).isEqualTo(Permits.Standing.GOOD);
    assertThat(health.window()).isGreaterThan(EngineOptions.DEFAULT.limits().firstWindow());
    assertThat(endpoint.failingSince).isEqualTo(5);
    assertThat(disabling(Verdict.Health.UNWILLING, 10_005))
        .isEqualTo(EndpointState.DISABLED_FAILING);
  }

  @Test
  void anAnswerThatIsNoSignOfTroubleClosesTheBreaker() {
    finish(started(0), Verdict.Health.BAD, 5);
    finish(started(0), Verdict.Health.BAD, 6);
    assertThat(health.isSpared(SECOND)).isTrue();
    finish(started(2 * SECOND), Verdict.Health.UNWILLING, 2_001);
    assertThat(health.isSpared(3 * SECOND)).isFalse();
    assertThat(endpoint.failingSince).isEqualTo(5);
  }

  private static LaneStateRow state(long since, long held, long pause, long pausedUntil) {
    return new LaneStateRow(1, since, held, pause, pausedUntil);
  }

  @Test
  void whenTheBreakerOpensAndClosesIsToBeStored() {
    finish(started(0), Verdict.Health.BAD, 5);
    assertThat(finish(started(0), Verdict.Health.BAD, 9)).isEqualTo(state(5, 0, 1_000, 1_009));
    assertThat(finish(started(0), Verdict.Health.BAD, 10)).isNull();
    assertThat(finish(started(0), Verdict.Health.GOOD, 11)).isEqualTo(state(0, 0, 0, 0));
  }

  @Test
  void aHoldIsStoredOnceForAllThatAskForTheSame() {
    assertThat(busy(1_000)).isEqualTo(state(0, 31_000, 0, 0));
    assertThat(busy(1_500)).isNull();
    assertThat(busy(2_000)).isEqualTo(state(0, 32_000, 0, 0));
    assertThat(finish(started(0), Verdict.Health.GOOD, 32_001)).isEqualTo(state(0, 0, 0, 0));
  }

  private @Nullable LaneStateRow busy(long nowMillis) {
    Delivery delivery = started(0);
    long until = nowMillis + 30_000;
    Verdict verdict =
        new Verdict(DeliveryState.WAITING, 0, until, 1_000_000, until, Verdict.Health.BUSY);
    Verdict heeded = health.heeded(verdict, nowMillis);
    return health.finished(delivery, heeded, nowMillis * 1_000_000, nowMillis);
  }

  @Test
  void whatCouldNotBeStoredGoesWithTheNextOutcome() {
    finish(started(0), Verdict.Health.BAD, 5);
    health.notSaved();
    assertThat(finish(started(0), Verdict.Health.BAD, 6)).isNotNull();
    health.notSaved();
    assertThat(finish(started(0), Verdict.Health.BAD, 7)).isEqualTo(endpoint.laneState);
    assertThat(finish(started(0), Verdict.Health.BAD, 8)).isNull();
  }

  @Test
  void aLaneThatIsMadeAnewGoesOnFromWhatWasStored() {
    endpoint.laneState = state(0, 31_000, 2_000, 1_500);
    health.resume(SECOND, 1_000);
    assertThat(health.holdUntil()).isEqualTo(31_000);
    assertThat(health.blockedNanos(SECOND)).isEqualTo(SECOND / 2);
    assertThat(health.isSpared(2 * SECOND)).as("it has to be probed first").isTrue();
    assertThat(health.mayExchange(9, 0, 2 * SECOND, 31_000)).isTrue();
    started(2 * SECOND);
    assertThat(health.mayExchange(9, 0, 2 * SECOND, 31_000)).isFalse();
  }

  @Test
  void noClockCanMakeAStoredHoldOrPauseLongerThanItMayBe() {
    endpoint.laneState = state(0, 999_000, 2_000, 999_000);
    health.resume(SECOND, 1_000);
    assertThat(health.holdUntil()).isEqualTo(61_000);
    assertThat(health.blockedNanos(SECOND)).isEqualTo(2 * SECOND);
  }

  private @Nullable EndpointState disabling(Verdict.Health judged, long nowMillis) {
    Verdict verdict = new Verdict(DeliveryState.WAITING, 1, 0, 1_000_000, 0, judged);
    return health.disabling(verdict, nowMillis);
  }

  @Test
  void itIsToBeDisabledOnceItFailsForLongAndThenLookedAtNowAndAgain() {
    finish(started(0), Verdict.Health.BAD, 5);
    assertThat(disabling(Verdict.Health.BAD, 10_004)).isNull();
    assertThat(disabling(Verdict.Health.BAD, 10_005)).isEqualTo(EndpointState.DISABLED_FAILING);
    assertThat(disabling(Verdict.Health.BAD, 10_006)).isNull();
    assertThat(disabling(Verdict.Health.BAD, 10_505)).isEqualTo(EndpointState.DISABLED_FAILING);
    assertThat(disabling(Verdict.Health.GONE, 10_506)).isEqualTo(EndpointState.DISABLED_GONE);
  }

  /** Its payload was larger than was thought, say: whether there is enough again is not known. */
  @Test
  void afterAShortageAnExchangeThatComesToNothingMakesWayForAnother() {
    health.postponed(started(0), 0);
    assertThat(health.mayExchange(9, 0, SECOND / 100, 0)).isFalse();
    Delivery first = started(SECOND);
    assertThat(health.mayExchange(9, 0, SECOND, 0)).as("one finds out").isFalse();
    health.abandoned(first);
    assertThat(health.mayExchange(9, 0, SECOND, 0)).isTrue();
  }
}
