package dev.posthorn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimiterTest {
  private static final long SECOND = 1_000_000_000L;

  private final ApplicationRate application = new ApplicationRate();
  private final RateLimiter limiter = new RateLimiter(application);

  /** Takes as soon as it may, for so long; returns how often. */
  private int takeAll(long from, long nanos) {
    int taken = 0;
    for (long now = from; now - from < nanos; taken++) {
      limiter.take(now);
      assertThat(limiter.waitNanos(now)).isPositive();
      now += limiter.waitNanos(now);
    }
    return taken;
  }

  // Monotonic time may start anywhere, also shortly before it wraps around.
  @ParameterizedTest
  @ValueSource(longs = {0, -SECOND, Long.MAX_VALUE - SECOND, Long.MIN_VALUE})
  void attemptsAreSpreadEvenly(long from) {
    limiter.rate(8);
    assertThat(limiter.waitNanos(from)).isLessThanOrEqualTo(0);
    assertThat(takeAll(from, 10 * SECOND)).isEqualTo(80);
  }

  @Test
  void aPauseEarnsNoBurst() {
    limiter.rate(10);
    takeAll(0, SECOND);
    long later = 3_600 * SECOND;
    assertThat(limiter.waitNanos(later)).isLessThanOrEqualTo(0);
    limiter.take(later);
    assertThat(limiter.waitNanos(later)).isEqualTo(SECOND / 10);
  }

  @Test
  void attemptsThatWereForcedArePaidForLater() {
    limiter.rate(10);
    limiter.take(0);
    limiter.take(0);
    assertThat(limiter.waitNanos(0)).isEqualTo(SECOND / 5);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -SECOND, Long.MAX_VALUE - SECOND, Long.MIN_VALUE + 1})
  void endpointsOfAnApplicationShareItsRateInTheOrderInWhichTheyAsked(long from) {
    application.rate(10);
    RateLimiter other = new RateLimiter(application);
    assertThat(limiter.allows(from)).isTrue();
    assertThat(other.allows(from)).isFalse();
    assertThat(other.waitNanos(from)).isEqualTo(SECOND / 10);
    limiter.take(from);
    assertThat(limiter.allows(from)).isFalse();
    assertThat(limiter.waitNanos(from)).isEqualTo(SECOND / 5);
    assertThat(other.allows(from + SECOND / 10)).isTrue();
  }

  @Test
  void aMomentThatWasReservedIsNotReservedAgain() {
    application.rate(10);
    limiter.take(0);
    for (int i = 0; i < 5; i++) {
      assertThat(limiter.allows(0)).isTrue();
    }
    limiter.take(0);
    assertThat(limiter.allows(0)).isFalse();
    assertThat(limiter.waitNanos(0)).isEqualTo(SECOND / 10);
  }

  @Test
  void withoutARateNothingWaits() {
    limiter.take(0);
    assertThat(limiter.waitNanos(0)).isZero();
    limiter.rate(1);
    limiter.take(0);
    limiter.rate(0);
    assertThat(limiter.waitNanos(0)).isZero();
  }
}
