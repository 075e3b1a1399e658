package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Receiver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Continuations of users on futures: they may block and call Posthorn, and stop nothing. */
class ContinuationsTest {
  /** More than there are workers, on any machine that runs this. */
  private static final int MANY = 4 * Runtime.getRuntime().availableProcessors() + 64;

  private static final Receiver RECEIVER = Receiver.start();

  @TempDir private Path folder;
  private Posthorn posthorn;

  @BeforeEach
  void open() {
    posthorn =
        Posthorn.open(
            PosthornOptions.builder(folder.resolve("webhooks.db"))
                .allowNetworks("127.0.0.0/8")
                .build());
    posthorn.endpoints().add(NewEndpoint.of(RECEIVER.url("/")));
  }

  @AfterEach
  void close() {
    posthorn.close();
  }

  @Test
  void manyContinuationsThatCallBackDoNotLockUp() throws Exception {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      all.add(
          posthorn
              .sendAsync("a.b", "{}")
              .thenAccept(receipt -> posthorn.messages().cancel(receipt.id())));
    }

    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
  }

  @Test
  void continuationsThatBlockKeepNobodyWaiting() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      all.add(posthorn.sendAsync("a.b", "{}").thenAccept(receipt -> awaitQuietly(release)));
    }

    var receipt = posthorn.sendAsync("a.b", "{}").get(20, TimeUnit.SECONDS);
    posthorn.messages().cancel(receipt.id());

    release.countDown();
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
  }

  @Test
  void aContinuationRunsOnNoThreadOfTheEngine() throws Exception {
    Set<String> threads = ConcurrentHashMap.newKeySet();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      all.add(
          posthorn
              .sendAsync("a.b", "{}")
              .thenAccept(receipt -> threads.add(Thread.currentThread().getName())));
    }
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);

    assertThat(threads).isNotEmpty().noneMatch(ContinuationsTest::isTheEngines);
  }

  private static boolean isTheEngines(String thread) {
    return thread.matches("posthorn-(worker|writer|loop).*");
  }

  @Test
  void aContinuationRunsOnTheExecutorOfTheCaller() throws Exception {
    try (ExecutorService own = Executors.newSingleThreadExecutor(task -> new Thread(task, "own"))) {
      CountDownLatch attached = new CountDownLatch(1);
      own.execute(() -> awaitQuietly(attached)); // so that it completes after what hangs on it
      CompletableFuture<String> thread =
          posthorn
              .sendAsync(NewMessage.of("a.b", "{}"), own)
              .thenApply(receipt -> Thread.currentThread().getName());
      attached.countDown();

      assertThat(thread.get(20, TimeUnit.SECONDS)).isEqualTo("own");
    }
  }

  @Test
  void aListenerMayCallBack() throws Exception {
    CompletableFuture<String> heard = new CompletableFuture<>();
    posthorn.addListener(
        new DeliveryListener() {
          @Override
          public void attempted(Attempt attempt) {
            posthorn.messages().cancel(attempt.message());
            heard.complete(Thread.currentThread().getName());
          }
        });
    posthorn.send("a.b", "{}");

    assertThat(heard.get(20, TimeUnit.SECONDS)).matches(name -> !isTheEngines(name));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
