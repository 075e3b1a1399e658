package dev.posthorn.internal.engine.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.base.HealthOptions;
import dev.posthorn.internal.engine.registry.ApplicationRate;
import dev.posthorn.internal.engine.registry.RateLimiter;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
  private static final long SECOND = 1_000_000_000L;

  private final CircuitBreaker breaker =
      new CircuitBreaker(
          HealthOptions.DEFAULT.toBuilder()
              .breakerFailures(3)
              .breakerMaxMillis(4_000)
              .retryAfterCapMillis(1_000)
              .disableAfterMillis(1_000)
              .build());

  private void open(long now) {
    while (!breaker.failed(now)) {
      assertThat(breaker.allows(now)).isTrue();
    }
  }

  @Test
  void failuresInARowOpenItAndASuccessBetweenStartsTheCountAgain() {
    assertThat(breaker.failed(0)).isFalse();
    assertThat(breaker.failed(0)).isFalse();
    breaker.succeeded();
    assertThat(breaker.failed(0)).isFalse();
    assertThat(breaker.failed(0)).isFalse();
    assertThat(breaker.failed(0)).isTrue();
    assertThat(breaker.allows(0)).isFalse();
    assertThat(breaker.waitNanos(0)).isEqualTo(SECOND);
  }

  @Test
  void afterAWhileOneProbeMayGoAndASuccessClosesIt() {
    open(0);
    assertThat(breaker.allows(SECOND - 1)).isFalse();
    assertThat(breaker.allows(SECOND)).isTrue();
    breaker.started();
    assertThat(breaker.allows(SECOND)).as("a second probe").isFalse();
    assertThat(breaker.succeeded()).isTrue();
    assertThat(breaker.state(SECOND)).isEqualTo(CircuitBreaker.State.CLOSED);
  }

  @Test
  void aProbeThatFailsDoublesThePauseUpToTheCap() {
    open(0);
    long now = 0;
    for (long pause : new long[] {1, 2, 4, 4}) {
      assertThat(breaker.waitNanos(now)).isEqualTo(pause * SECOND);
      now += pause * SECOND;
      assertThat(breaker.allows(now)).isTrue();
      breaker.started();
      assertThat(breaker.failed(now)).isTrue();
    }
  }

  @Test
  void aProbeWithoutAVerdictLetsAnotherOneGo() {
    open(0);
    assertThat(breaker.allows(SECOND)).isTrue();
    breaker.started();
    breaker.inconclusive();
    assertThat(breaker.allows(SECOND)).isTrue();
  }

  @Test
  void aRateIsSpreadEvenlyWithNoBurstAfterAPause() {
    RateLimiter rate = new RateLimiter(new ApplicationRate(), () -> {});
    rate.rate(5);
    assertThat(rate.waitNanos(100)).isLessThanOrEqualTo(0);
    rate.take(100);
    assertThat(rate.waitNanos(100)).isEqualTo(SECOND / 5);
    long later = 60 * SECOND;
    assertThat(rate.waitNanos(later)).isLessThanOrEqualTo(0);
    rate.take(later);
    assertThat(rate.waitNanos(later)).isEqualTo(SECOND / 5);
  }
}
