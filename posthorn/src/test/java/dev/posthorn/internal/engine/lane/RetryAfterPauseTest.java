package dev.posthorn.internal.engine.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import org.junit.jupiter.api.Test;

class RetryAfterPauseTest {
  private static final long NOW = 1_000_000;
  private static final long DAY = 24 * 3_600_000L;

  private final RetryAfterPause hold = new RetryAfterPause();

  private static Verdict asked(long until, long deadline) {
    return new Verdict(DeliveryState.WAITING, 0, until, deadline, until, Verdict.Health.BUSY);
  }

  private Verdict ask(long now, long millis) {
    return hold.asked(asked(now + millis, Long.MAX_VALUE), now);
  }

  @Test
  void aWaitOfASecondOrMoreIsHeededAsItIs() {
    Verdict verdict = ask(NOW, 2_500);
    assertThat(verdict.holdUntil()).isEqualTo(NOW + 2_500);
    assertThat(verdict.due()).isEqualTo(NOW + 2_500);
    assertThat(hold.until()).isEqualTo(NOW + 2_500);
  }

  @Test
  void aShorterOneIsASecond() {
    Verdict verdict = ask(NOW, 0);
    assertThat(verdict.state()).isEqualTo(DeliveryState.WAITING);
    assertThat(verdict.holdUntil()).isEqualTo(NOW + 1_000);
    assertThat(verdict.due()).isEqualTo(NOW + 1_000);
    assertThat(hold.until()).isEqualTo(NOW + 1_000);
  }

  @Test
  void whoAlwaysSaysAtOnceIsAskedLessAndLess() {
    int asked = 0;
    long now = NOW;
    while (now < NOW + DAY) {
      now = ask(now, 0).holdUntil();
      asked++;
    }
    assertThat(asked).isBetween(1_400, 1_500);
    assertThat(ask(now, 0).holdUntil()).isEqualTo(now + 60_000);
    assertThat(ask(now, 90_000).holdUntil()).isEqualTo(now + 90_000);
  }

  @Test
  void anyOtherAnswerStartsTheCountAgain() {
    ask(NOW, 0);
    ask(NOW + 800_000, 0);
    assertThat(hold.until()).isEqualTo(NOW + 860_000);
    hold.answered();
    assertThat(ask(NOW + 900_000, 0).holdUntil()).isEqualTo(NOW + 901_000);
  }

  @Test
  void aHoldThatEndsAfterTheDeadlineFailsTheDelivery() {
    Verdict verdict = hold.asked(asked(NOW, NOW + 999), NOW);
    assertThat(verdict.state()).isEqualTo(DeliveryState.FAILED);
    assertThat(verdict.spent()).isZero();
  }
}
