package dev.posthorn.internal.fair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.spi.runtime.Owner;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FairExecutorTest {
  private static final Owner BUSY = new Owner("busy", "x");
  private static final Owner OTHER = new Owner("other", "x");

  private final CountDownLatch release = new CountDownLatch(1);

  private static FairExecutor executor(int threads, int places) {
    return new FairExecutor("test", Shares.ofGroups(threads), Shares.ofGroups(places));
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
  }

  private void hold() {
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whoHasMuchLeavesThreadsToOthers() throws Exception {
    try (FairExecutor executor = executor(4, 100)) {
      CountDownLatch held = new CountDownLatch(2);
      AtomicInteger running = new AtomicInteger();
      for (int i = 0; i < 20; i++) {
        executor.execute(
            BUSY,
            () -> {
              running.incrementAndGet();
              held.countDown();
              hold();
            });
      }
      await(held);
      CountDownLatch other = new CountDownLatch(1);
      executor.execute(OTHER, other::countDown);
      await(other);
      assertThat(running).hasValue(2);
      release.countDown();
    }
  }

  @Test
  void ownersTakeTurns() throws Exception {
    try (FairExecutor executor = executor(1, 100)) {
      List<String> order = new CopyOnWriteArrayList<>();
      CountDownLatch done = new CountDownLatch(9);
      executor.execute(BUSY, this::hold);
      for (int i = 0; i < 8; i++) {
        executor.execute(
            BUSY,
            () -> {
              order.add("busy");
              done.countDown();
            });
      }
      executor.execute(
          OTHER,
          () -> {
            order.add("other");
            done.countDown();
          });
      release.countDown();
      await(done);
      assertThat(order.indexOf("other")).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void whoHasItsPartOfThePlacesIsRefusedAndOthersAreNot() throws Exception {
    try (FairExecutor executor = executor(1, 8)) {
      CountDownLatch held = new CountDownLatch(1);
      executor.execute(
          BUSY,
          () -> {
            held.countDown();
            hold();
          });
      await(held);
      for (int i = 0; i < 4; i++) {
        executor.execute(BUSY, () -> {});
      }
      assertThatThrownBy(() -> executor.execute(BUSY, () -> {}))
          .isInstanceOf(RejectedExecutionException.class);
      CountDownLatch other = new CountDownLatch(1);
      executor.execute(OTHER, other::countDown);
      release.countDown();
      await(other);
    }
  }

  @Test
  void whatFailsGivesItsThreadBack() throws Exception {
    try (FairExecutor executor = executor(1, 100)) {
      CountDownLatch done = new CountDownLatch(1);
      executor.execute(
          BUSY,
          () -> {
            throw new InternalError("planted");
          });
      executor.execute(BUSY, done::countDown);
      await(done);
    }
  }

  @Test
  void whatNoThreadCouldBeHadForRunsWithTheNext() throws Exception {
    AtomicInteger refused = new AtomicInteger(2);
    CountDownLatch done = new CountDownLatch(3);
    ThreadFactory threads =
        task -> {
          if (refused.getAndDecrement() > 0) {
            throw new InternalError("no thread");
          }
          return new Thread(task);
        };
    try (FairExecutor executor =
        new FairExecutor(threads, Shares.ofGroups(2), Shares.ofGroups(100))) {
      for (int i = 0; i < 3; i++) {
        executor.execute(BUSY, done::countDown);
      }
      await(done);
    }
  }

  @Test
  void closingLetsWhatWaitsEndAndTakesNothingMore() throws Exception {
    FairExecutor executor = executor(1, 100);
    AtomicInteger done = new AtomicInteger();
    for (int i = 0; i < 10; i++) {
      executor.execute(BUSY, done::incrementAndGet);
    }
    executor.close(20_000);
    assertThat(done).hasValue(10);
    assertThatThrownBy(() -> executor.execute(BUSY, () -> {}))
        .isInstanceOf(RejectedExecutionException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void closingAtOnceStartsNothingMore() throws Exception {
    FairExecutor executor = executor(1, 100);
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    AtomicInteger later = new AtomicInteger();
    executor.execute(
        BUSY,
        () -> {
          held.countDown();
          hold();
          interrupted.countDown();
        });
    await(held);
    executor.execute(BUSY, later::incrementAndGet);
    executor.close();
    await(interrupted);
    assertThat(later).hasValue(0);
  }
}
