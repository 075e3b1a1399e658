package dev.posthorn.internal.http.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.internal.fair.FairExecutor;
import dev.posthorn.internal.fair.Shares;
import dev.posthorn.spi.runtime.Owner;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandshakeStepsTest {
  private static final Owner OWNER = new Owner("application", "endpoint");

  private final FairExecutor threads =
      new FairExecutor("test", Shares.ofGroups(1), Shares.ofGroups(8));
  private final CountDownLatch release = new CountDownLatch(1);
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final HandshakeSteps steps = new HandshakeSteps(threads, OWNER, channel);

  @AfterEach
  void close() {
    release.countDown();
    threads.close();
    var unused = channel.close();
  }

  private void occupy() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    threads.execute(
        OWNER,
        () -> {
          running.countDown();
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
  }

  /** Waits until all steps submitted before are done. */
  private void drain() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    threads.execute(OWNER, done::countDown);
    assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aStepIsTakenOnAnotherThreadAndWaitsUntilThen() throws Exception {
    occupy();
    Thread[] taken = new Thread[1];
    steps.execute(() -> taken[0] = Thread.currentThread());
    assertThat(steps.isWaiting()).isTrue();

    release.countDown();
    drain();
    assertThat(steps.isWaiting()).isFalse();
    assertThat(taken[0]).isNotNull().isNotEqualTo(Thread.currentThread());
  }

  @Test
  void aHandshakeThatWasGivenUpHasNoMoreSteps() throws Exception {
    occupy();
    AtomicInteger taken = new AtomicInteger();
    steps.execute(taken::incrementAndGet);
    var unused = channel.close();

    release.countDown();
    drain();
    assertThat(taken).hasValue(0);
  }

  @Test
  void whoHasTooManyIsRefused() throws Exception {
    occupy();
    for (int i = 0; i < 4; i++) {
      steps.execute(() -> {});
    }
    assertThatThrownBy(() -> steps.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
  }
}
