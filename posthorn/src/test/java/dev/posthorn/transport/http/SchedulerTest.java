package dev.posthorn.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.runtime.Scheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SchedulerTest {

  private final HttpTransport transport =
      HttpTransport.open(HttpTransportOptions.builder().loops(2).build());
  private final Scheduler scheduler = transport.scheduler();

  @AfterEach
  void close() {
    transport.close();
    scheduler.close();
  }

  @Test
  void has_as_many_loops_as_told_and_each_knows_its_own_thread() throws Exception {
    assertThat(scheduler.loops()).hasSize(2);
    for (Loop loop : owners()) {
      assertThat(loop.inLoop()).isFalse();
      assertThat(inside(loop, loop::inLoop)).isTrue();
    }
    Loop first = scheduler.loops().get(0);
    assertThat(inside(scheduler.loops().get(1), first::inLoop)).isFalse();
  }

  @Test
  void all_threads_are_daemons_named_after_the_project() throws Exception {
    List<Executor> all = new ArrayList<>(owners());
    all.add(scheduler.workers());
    for (Executor executor : all) {
      Thread thread = inside(executor, Thread::currentThread);
      assertThat(thread.getName()).startsWith("posthorn-");
      assertThat(thread.isDaemon()).isTrue();
    }
  }

  @Test
  void tasks_run_in_the_order_in_which_they_were_given() throws Exception {
    for (Loop loop : owners()) {
      List<Integer> order = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        int number = i;
        loop.execute(() -> order.add(number));
      }
      inside(loop, () -> true);
      assertThat(order).hasSize(1000).isSorted();
    }
  }

  @Test
  void a_task_runs_once_its_time_has_come_and_not_before() throws Exception {
    for (Loop loop : owners()) {
      long begun = System.nanoTime();
      CompletableFuture<Long> ran = new CompletableFuture<>();
      loop.schedule(
          TimeUnit.MILLISECONDS.toNanos(30),
          () -> {
            assertThat(loop.inLoop()).isTrue();
            ran.complete(System.nanoTime());
          });
      assertThat(ran.get(20, TimeUnit.SECONDS) - begun)
          .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(30));
    }
  }

  @Test
  void a_cancelled_timer_does_not_run() throws Exception {
    for (Loop loop : owners()) {
      AtomicBoolean ran = new AtomicBoolean();
      CompletableFuture<Boolean> later = new CompletableFuture<>();
      loop.execute(
          () -> {
            Loop.Timer timer =
                loop.schedule(TimeUnit.MILLISECONDS.toNanos(20), () -> ran.set(true));
            loop.schedule(TimeUnit.MILLISECONDS.toNanos(40), () -> later.complete(true));
            timer.cancel();
          });
      later.get(20, TimeUnit.SECONDS);
      assertThat(ran).isFalse();
    }
  }

  @Test
  void a_task_that_throws_stops_nobody() throws Exception {
    List<Executor> all = new ArrayList<>(owners());
    all.add(scheduler.workers());
    for (Executor executor : all) {
      executor.execute(
          () -> {
            throw new IllegalStateException("thrown on purpose");
          });
      assertThat(inside(executor, () -> true)).isTrue();
    }
    for (Loop loop : owners()) {
      loop.schedule(
          0,
          () -> {
            throw new IllegalStateException("thrown on purpose");
          });
      assertThat(inside(loop, () -> true)).isTrue();
    }
  }

  @Test
  void closing_ends_the_threads_and_drops_what_is_given_later() throws Exception {
    HttpTransport other = HttpTransport.open(HttpTransportOptions.builder().loops(1).build());
    Loop loop = other.scheduler().loops().getFirst();
    Loop writer = other.scheduler().writer();
    List<Thread> threads =
        List.of(
            inside(loop, Thread::currentThread),
            inside(writer, Thread::currentThread),
            inside(other.scheduler().workers(), Thread::currentThread));
    other.close();
    other.close(); // again, as by two owners

    for (Thread thread : threads) {
      thread.join(20_000);
      assertThat(thread.isAlive()).isFalse();
    }
    AtomicBoolean ran = new AtomicBoolean();
    loop.execute(() -> ran.set(true));
    writer.schedule(0, () -> ran.set(true)).cancel();
    other.scheduler().workers().execute(() -> ran.set(true));
    assertThat(ran).isFalse();
  }

  @Test
  void closing_waits_for_the_task_that_runs_and_drops_those_that_wait() throws Exception {
    HttpTransport other = HttpTransport.open(HttpTransportOptions.builder().loops(1).build());
    Loop writer = other.scheduler().writer();
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicBoolean first = new AtomicBoolean();
    AtomicBoolean second = new AtomicBoolean();
    Loop loop = other.scheduler().loops().getFirst();
    Loop thatCloses = scheduler.writer();
    writer.execute(
        () -> {
          running.countDown();
          awaitQuietly(release);
          first.set(true);
        });
    running.await();
    Thread thread = inside(loop, Thread::currentThread);
    writer.execute(() -> second.set(true));
    CompletableFuture<Void> closed = new CompletableFuture<>();
    thatCloses.execute(
        () -> {
          other.scheduler().close();
          closed.complete(null);
        });
    // The loop has nothing to do, so it ends once closing has begun.
    thread.join(20_000);
    release.countDown();
    closed.get(20, TimeUnit.SECONDS);

    assertThat(first).isTrue();
    assertThat(second).isFalse();
  }

  private List<Loop> owners() {
    return Stream.concat(scheduler.loops().stream(), Stream.of(scheduler.writer())).toList();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static <T> T inside(Executor executor, java.util.function.Supplier<T> question)
      throws Exception {
    CompletableFuture<T> answer = new CompletableFuture<>();
    executor.execute(() -> answer.complete(question.get()));
    return answer.get(20, TimeUnit.SECONDS);
  }
}
