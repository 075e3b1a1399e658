package dev.posthorn.internal.engine.base;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.runtime.Clock;
import dev.posthorn.testkit.receiver.Await;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ListenerQueueTest {
  private static final long HOUR = 3_600_000_000_000L;

  private static final EngineListener NOBODY = new EngineListener() {};

  private static final Clock MACHINE =
      new Clock() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public long millis() {
          return System.currentTimeMillis();
        }
      };

  private final ListenerQueue queue =
      new ListenerQueue(
          NOBODY, task -> Thread.ofVirtual().start(task), new Guard(MACHINE, new Condition()));

  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final CountDownLatch slow = new CountDownLatch(1);

  private Consumer<EngineListener> event(String name) {
    return listener -> {
      awaitQuietly(slow);
      seen.add(name);
    };
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void awaitSeen(ListenerQueue queue, long nanos) {
    try {
      queue.awaitSeen(nanos);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whoeverClosesCanWaitForTheEventsSoFar() throws Exception {
    queue.offer(event("first"));
    queue.offer(event("second"));
    Thread closer = Thread.ofPlatform().start(() -> awaitSeen(queue, HOUR));
    Await.until("it waits", () -> closer.getState() == Thread.State.TIMED_WAITING);
    slow.countDown();
    closer.join();
    assertThat(seen).containsExactly("first", "second");
    assertThat(queue.close()).isZero();
  }

  @Test
  void aListenerThatIsTooSlowMissesTheRest() {
    queue.offer(event("first"));
    queue.offer(event("second"));
    awaitSeen(queue, 1);
    assertThat(queue.close()).isPositive();
    slow.countDown();
    awaitSeen(queue, HOUR);
    assertThat(seen).doesNotContain("second");
  }

  @Test
  void aListenerThatClosesTheEngineDoesNotWaitForItself() {
    AtomicBoolean closed = new AtomicBoolean();
    queue.offer(
        listener -> {
          awaitSeen(queue, HOUR);
          closed.set(true);
        });
    Await.until("it has returned", closed::get);
  }
}
