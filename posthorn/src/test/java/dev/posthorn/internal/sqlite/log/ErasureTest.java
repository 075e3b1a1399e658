package dev.posthorn.internal.sqlite.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ErasureTest {
  private long now = 1_000;
  private final Erasure erasure = new Erasure(() -> now);

  private void erase() {
    erasure.succeeded(erasure.begin());
  }

  @Test
  void thereIsNothingToDoWithoutARemoval() {
    assertThat(erasure.waitNanos()).isEqualTo(-1);
    assertThat(erasure.isDue()).isFalse();
  }

  @Test
  void theFirstRemovalIsErasedAtOnceAndTheNextAfterThePace() {
    erasure.request();
    assertThat(erasure.isDue()).isTrue();
    erase();
    assertThat(erasure.waitNanos()).isEqualTo(-1);

    erasure.request();
    assertThat(erasure.waitNanos()).isEqualTo(Erasure.PACE_NANOS);
    now += Erasure.PACE_NANOS;
    assertThat(erasure.isDue()).isTrue();
  }

  @Test
  void aRemovalDuringAnErasureIsLeftForTheNext() {
    erasure.request();
    long begun = erasure.begin();
    erasure.request();
    erasure.succeeded(begun);
    assertThat(erasure.waitNanos()).isEqualTo(Erasure.PACE_NANOS);
    now += Erasure.PACE_NANOS;
    erase();
    assertThat(erasure.waitNanos()).isEqualTo(-1);
  }

  @Test
  void whileSomebodyReadsItIsTriedLessAndLessOften() {
    erasure.request();
    long before = 0;
    for (int i = 0; i < 20; i++) {
      erasure.failed();
      long wait = erasure.waitNanos();
      assertThat(wait).isBetween(Math.max(1, before), TimeUnit.SECONDS.toNanos(5));
      before = wait;
      now += wait;
      assertThat(erasure.isDue()).isTrue();
    }
    assertThat(before).isEqualTo(TimeUnit.SECONDS.toNanos(5));
  }
}
