package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.internal.api.Instrumented;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.store.sqlite.SqliteStore;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After {@code close} nothing is left: no thread, no memory, nobody who waits. */
class CloseTest {
  @TempDir private Path folder;

  private final Set<Thread> before = Thread.getAllStackTraces().keySet();

  private PosthornOptions options() {
    return PosthornOptions.builder(folder.resolve("webhooks.db"))
        .allowNetworks("127.0.0.0/8")
        .closeTimeout(Duration.ofMillis(200))
        .build();
  }

  /** Returns the names of the threads that were started since the test began, and still run. */
  private Set<String> threadsLeft() {
    Set<String> names = new TreeSet<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (!before.contains(thread) && thread.getName().startsWith("posthorn")) {
        names.add(thread.getName());
      }
    }
    return names;
  }

  /** A thread that has told its end may still be listed for a moment. */
  private void awaitNoThreads() {
    Await.until("no thread is left: " + threadsLeft(), () -> threadsLeft().isEmpty());
  }

  private static void awaitCollected(List<WeakReference<Object>> references) {
    Await.until(
        "nothing of a closed engine is reachable",
        () -> {
          System.gc();
          return references.stream().allMatch(reference -> reference.get() == null);
        });
  }

  @Test
  void noThreadAndNothingInMemoryIsLeft() {
    List<WeakReference<Object>> engines = new ArrayList<>();
    try (Receiver receiver = Receiver.start()) {
      for (int i = 0; i < 5; i++) {
        engines.add(deliverOnce(receiver));
      }
    }
    awaitNoThreads();
    awaitCollected(engines);
  }

  private WeakReference<Object> deliverOnce(Receiver receiver) {
    try (Posthorn posthorn = Posthorn.open(options())) {
      if (posthorn.endpoints().list().isEmpty()) {
        posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      }
      Receipt receipt = posthorn.send("a.b", "{}");
      Await.until(
          "delivered",
          () ->
              posthorn.messages().get(receipt.id()).deliveries().values().iterator().next()
                  == DeliveryState.SUCCEEDED);
      return new WeakReference<>(((Instrumented) posthorn).engineStats());
    }
  }

  @Test
  void whatIsUnderWayDoesNotHoldUpTheEnd() {
    CountDownLatch end = new CountDownLatch(1);
    try (Receiver receiver = Receiver.answering(request -> answerAfter(end))) {
      Posthorn posthorn = Posthorn.open(options());
      posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      var unused = posthorn.send("a.b", "{}");
      Await.until("the exchange is under way", () -> receiver.count() == 1);

      posthorn.close();

      awaitNoThreads();
      end.countDown();
    }
  }

  private static Answer answerAfter(CountDownLatch latch) {
    try {
      latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Answer.status(200);
  }

  @Test
  void nothingIsLeftIfTheTransportCannotBeOpened() {
    PosthornOptions options =
        options().toBuilder().trustedCertificates(folder.resolve("missing.pem")).build();

    assertThatThrownBy(() -> Posthorn.open(options)).isInstanceOf(PosthornException.class);

    awaitNoThreads();
    Posthorn.open(options()).close(); // the file is free
  }

  @Test
  void nothingIsLeftIfTheEngineCannotBeStarted() {
    Path file = folder.resolve("webhooks.db");
    put(file, "x");

    assertThatThrownBy(() -> Posthorn.open(options())).isInstanceOf(RuntimeException.class);

    awaitNoThreads();
    put(file, "1-2"); // the file is free
    Posthorn.open(options()).close();
  }

  private static void put(Path file, String publicIdKey) {
    try (Store store = SqliteStore.open(file, SqliteOptions.defaults())) {
      Batch batch = new Batch();
      batch.idFloor = store.idFloor();
      batch.settings.add(new SettingChange.PutSetting("public_id_key", publicIdKey));
      store.commit(batch);
    }
  }
}
