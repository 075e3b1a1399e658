package dev.posthorn.internal.http.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.SingleThreadEventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NettyLoopTest {
  private final NettyScheduler scheduler = NettyScheduler.start(1, NativeIo.best(true));
  private final NettyLoop loop = scheduler.nettyLoops().get(0);

  @AfterEach
  void close() {
    scheduler.close();
  }

  /** Runs a task on the loop, so that tasks submitted by it begin together. */
  private void onLoop(Runnable task) {
    loop.execute(task);
  }

  private static void await(CountDownLatch done) throws InterruptedException {
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
  }

  private static void spin(long nanos) {
    long began = System.nanoTime();
    while (System.nanoTime() - began < nanos) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aLoopTakesCareOfItsConnectionsBetweenTasksThatTakeLong() throws InterruptedException {
    int[] ran = new int[2];
    CountDownLatch done = new CountDownLatch(20);
    onLoop(
        () -> {
          for (int i = 0; i < 20; i++) {
            loop.execute(
                () -> {
                  ran[0]++;
                  spin(2_000_000);
                  done.countDown();
                });
          }
          ((SingleThreadEventLoop) loop.executor)
              .executeAfterEventLoopIteration(() -> ran[1] = ran[0]);
        });
    await(done);
    assertThat(ran[1]).as("tasks before the loop polled its connections").isLessThanOrEqualTo(1);
  }

  @Test
  void tasksRunInTheOrderOfTheirSubmissionWhateverTheyDo() throws InterruptedException {
    List<Integer> order = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(101);
    onLoop(
        () -> {
          for (int i = 0; i < 100; i++) {
            int number = i;
            loop.execute(
                () -> {
                  order.add(number);
                  done.countDown();
                  if (number == 50) {
                    loop.execute(
                        () -> {
                          order.add(100);
                          done.countDown();
                        });
                  }
                  spin(number % 10 == 0 ? 2_000_000 : 0);
                  if (number == 42) {
                    throw new IllegalStateException("planted");
                  }
                });
          }
        });
    await(done);
    assertThat(order).hasSize(101).isSorted();
  }

  @Test
  void noTaskIsForgottenHoweverManyThreadsSubmitThem() throws InterruptedException {
    int each = 20_000;
    CountDownLatch done = new CountDownLatch(4 * each);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int n = 0; n < each; n++) {
                      loop.execute(done::countDown);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    await(done);
  }

  @Test
  void aTaskAfterTheStopIsDropped() {
    scheduler.close();
    loop.execute(() -> {});
    assertThat(loop.inLoop()).isFalse();
  }
}
