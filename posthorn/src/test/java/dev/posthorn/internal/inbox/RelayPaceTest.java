package dev.posthorn.internal.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RelayPaceTest {
  private static final long MILLI = 1_000_000;
  private static final long INTERVAL = Duration.ofMillis(250).toNanos();

  private final AtomicLong now = new AtomicLong(7);
  private final RelayPace pace = new RelayPace(now::get, INTERVAL);

  @Test
  void withoutASendItLooksAtTheInterval() {
    assertThat(pace.waitNanos(now.get())).isEqualTo(INTERVAL);
  }

  @Test
  void afterASendItLooksOftenAtFirstThenAtTheInterval() {
    pace.sent();
    assertThat(pace.waitNanos(now.get())).isEqualTo(MILLI);
    assertThat(pace.waitNanos(now.get() + 3 * MILLI)).isEqualTo(MILLI);
    assertThat(pace.waitNanos(now.get() + 40 * MILLI)).isEqualTo(10 * MILLI);
    assertThat(pace.waitNanos(now.get() + 2_000 * MILLI)).isEqualTo(INTERVAL);
    now.addAndGet(5_000 * MILLI);
    pace.sent();
    assertThat(pace.waitNanos(now.get())).isEqualTo(MILLI);
  }

  @Test
  void aNudgeEndsTheWait() throws InterruptedException {
    pace.nudge();
    pace.awaitLook(); // the clock stands still: without the nudge, it would not return
    Thread waiting = Thread.ofPlatform().start(this::await);
    pace.nudge();
    waiting.join(Duration.ofSeconds(20));
    assertThat(waiting.isAlive()).isFalse();
  }

  @Test
  void onlyALookThatBeganAfterwardsTellsThatThereIsNoRow() throws Exception {
    pace.nudge();
    pace.awaitLook();
    pace.foundNone();
    CompletableFuture<Boolean> empty =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return pace.awaitEmpty(Long.MAX_VALUE / 2);
              } catch (InterruptedException e) {
                throw new CompletionException(e);
              }
            });
    pace.awaitLook(); // after its nudge
    assertThat(empty).isNotDone();
    pace.foundNone();
    assertThat(empty.get()).isTrue();
    assertThat(pace.awaitEmpty(0)).isFalse();
  }

  @Test
  void theEndEndsEveryWait() throws InterruptedException {
    pace.stop();
    pace.awaitLook();
    pace.awaitAfterFailure(Long.MAX_VALUE / 2);
    assertThat(pace.isStopped()).isTrue();
  }

  private void await() {
    try {
      pace.awaitLook();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
