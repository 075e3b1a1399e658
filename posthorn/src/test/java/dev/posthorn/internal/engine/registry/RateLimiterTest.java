package dev.posthorn.internal.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimiterTest {
  private static final long SECOND = 1_000_000_000L;

  private final ApplicationRate application = new ApplicationRate();
  private final List<String> woken = new ArrayList<>();
  private final RateLimiter limiter = new RateLimiter(application, () -> woken.add("limiter"));
  private final RateLimiter other = new RateLimiter(application, () -> woken.add("other"));

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

  @Test
  void aRateThatChangesCountsFromTheLastAttempt() {
    limiter.rate(1);
    limiter.take(0);
    limiter.rate(10);
    assertThat(limiter.waitNanos(0)).isEqualTo(SECOND / 10);
    limiter.rate(2);
    assertThat(limiter.waitNanos(0)).isEqualTo(SECOND / 2);
  }

  private static boolean goes(RateLimiter limiter, long now) {
    limiter.turnBegins();
    boolean goes = limiter.allows(now);
    if (goes) {
      limiter.take(now);
    }
    limiter.turnEnds();
    return goes;
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -SECOND, Long.MAX_VALUE - SECOND, Long.MIN_VALUE + 1})
  void endpointsOfAnApplicationShareItsRateInTheOrderInWhichTheyAsked(long from) {
    application.rate(10);
    assertThat(goes(limiter, from)).isTrue();
    assertThat(goes(other, from)).isFalse();
    assertThat(goes(limiter, from)).isFalse();
    assertThat(other.waitNanos(from)).isEqualTo(SECOND / 10);
    assertThat(limiter.waitNanos(from)).isEqualTo(ApplicationRate.UNTIL_TOLD);
    assertThat(goes(limiter, from + SECOND / 10)).as("it is not the first").isFalse();
    assertThat(woken).isEmpty();
    assertThat(goes(other, from + SECOND / 10)).isTrue();
    assertThat(woken).containsExactly("limiter");
    assertThat(goes(limiter, from + SECOND / 10)).isFalse();
    assertThat(limiter.waitNanos(from + SECOND / 10)).isEqualTo(SECOND / 10);
  }

  @Test
  void whoCannotUseItsTurnYetLetsOthersGoAndIsTheNextThen() {
    application.rate(10);
    limiter.turnBegins();
    assertThat(limiter.allows(0)).isTrue();
    goes(other, 0);
    limiter.turnEnds(); // it found no permit
    assertThat(woken).containsExactly("other");
    assertThat(goes(other, 0)).isTrue();
    assertThat(goes(other, 0)).isFalse();
    assertThat(goes(limiter, 0)).isFalse();
    assertThat(limiter.waitNanos(0)).isEqualTo(SECOND / 10);
    assertThat(goes(other, SECOND / 10)).isFalse();
    assertThat(goes(limiter, SECOND / 10)).isTrue();
  }

  @Test
  void whoWantsNothingAnyMoreIsNotWaitedFor() {
    application.rate(10);
    goes(limiter, 0);
    goes(limiter, 0);
    goes(other, 0);
    limiter.turnBegins();
    limiter.turnEnds();
    assertThat(woken).containsExactly("other");
    assertThat(goes(other, SECOND / 10)).isTrue();
    assertThat(limiter.waitNanos(0)).isLessThanOrEqualTo(0);
  }

  @Test
  void aChangedRateOfTheApplicationIsInForceAtOnce() {
    application.rate(1);
    goes(limiter, 0);
    goes(limiter, 0);
    goes(other, 0);
    application.rate(10);
    assertThat(woken).containsExactly("limiter");
    assertThat(goes(limiter, SECOND / 20)).isFalse();
    assertThat(limiter.waitNanos(SECOND / 20)).isEqualTo(SECOND / 20);
    application.rate(0);
    assertThat(woken).containsExactly("limiter", "limiter", "other");
    assertThat(goes(other, SECOND / 20)).isTrue();
    assertThat(goes(limiter, SECOND / 20)).isTrue();
  }

  @Test
  void whoIsToldLateIsMadeGoodButAPauseIsNot() {
    application.rate(100);
    goes(limiter, 0);
    goes(limiter, 0);
    long late = SECOND / 100 + 3_000_000;
    assertThat(goes(limiter, late)).isTrue();
    assertThat(goes(limiter, late)).isFalse();
    assertThat(limiter.waitNanos(late)).isEqualTo(SECOND / 100 - 3_000_000);
    assertThat(goes(limiter, 2 * SECOND)).isTrue();
    assertThat(goes(other, 10 * SECOND)).isTrue();
    assertThat(goes(other, 10 * SECOND)).isFalse();
    assertThat(other.waitNanos(10 * SECOND)).isEqualTo(SECOND / 100);
  }

  @Test
  void whatWasNotMadeIsGivenBackAtOnceAndAllowsNoBurst() {
    application.rate(10);
    goes(limiter, 0);
    goes(other, 0);
    limiter.giveBack();
    assertThat(woken).containsExactly("other");
    assertThat(goes(other, 0)).isTrue();
    for (int i = 0; i < 10; i++) {
      limiter.giveBack();
    }
    assertThat(goes(limiter, 0)).isTrue();
    assertThat(goes(other, 0)).isFalse();
    assertThat(other.waitNanos(0)).isEqualTo(SECOND / 10);
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
