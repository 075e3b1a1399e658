package dev.posthorn;

import static dev.posthorn.BadInputTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.RestoreHold;
import dev.posthorn.spi.store.Store;
import dev.posthorn.store.sqlite.SqliteStore;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Upkeep of a program with Posthorn in it. */
class UpkeepTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("webhooks.db");
  }

  private PosthornOptions options() {
    return PosthornOptions.builder(file).allowNetworks("127.0.0.0/8").build();
  }

  // ---- backup --------------------------------------------------------------------------------

  @Test
  void aBackupIsTheDatabaseAsItWas() {
    Path copy = folder.resolve("copy.db");
    String endpoint;
    String secret;
    String message;
    try (Posthorn posthorn = Posthorn.open(options())) {
      endpoint = posthorn.endpoints().add(NewEndpoint.of("https://example.com/")).id();
      secret = posthorn.endpoints().secret(endpoint);
      NewMessage later =
          NewMessage.builder("a.b", "{\"n\":1}").deliverIn(Duration.ofHours(1)).build();
      message = posthorn.send(later).id();
      posthorn.backup(copy);
      posthorn.send("a.b", "{\"n\":2}");
      assertRefused(Reason.INVALID, "target: " + copy + " exists", () -> posthorn.backup(copy));
      Path nowhere = folder.resolve("none").resolve("copy.db");
      assertRefused(Reason.STORE_FAILED, nowhere.toString(), () -> posthorn.backup(nowhere));
      posthorn.close();
      assertRefused(Reason.CLOSED, "closed", () -> posthorn.backup(folder.resolve("another.db")));
    }
    PosthornOptions ofCopy =
        PosthornOptions.builder(copy).keyFile(folder.resolve("webhooks.db.key")).build();
    try (Posthorn posthorn = Posthorn.open(ofCopy)) {
      assertThat(posthorn.messages().list(null, 10).messages()).hasSize(1);
      assertThat(posthorn.messages().get(message).text()).isEqualTo("{\"n\":1}");
      assertThat(posthorn.endpoints().secret(endpoint)).isEqualTo(secret);
    }
  }

  @Test
  void aRestoredBackupIsHeldUntilItsRelease() throws Exception {
    Path copy = folder.resolve("copy.db");
    Path restored = folder.resolve("restored.db");
    String message;
    try (Receiver receiver = Receiver.start()) {
      try (Posthorn posthorn = Posthorn.open(options())) {
        String endpoint = posthorn.endpoints().add(NewEndpoint.of(receiver.url("/"))).id();
        posthorn.endpoints().pause(endpoint);
        message = posthorn.send("a.b", "{}").id();
        posthorn.backup(copy);
      }
      Posthorn.restore(copy, restored);
      assertRefused(Reason.INVALID, "file: " + restored, () -> Posthorn.restore(copy, restored));
      PosthornOptions options =
          PosthornOptions.builder(restored)
              .allowNetworks("127.0.0.0/8")
              .keyFile(folder.resolve("webhooks.db.key"))
              .build();
      try (Posthorn posthorn = Posthorn.open(options)) {
        assertThat(posthorn.health().held()).isTrue();
        posthorn.endpoints().resume(posthorn.endpoints().list().getFirst().id());
        assertThat(posthorn.messages().await(message, Duration.ofMillis(1)))
            .extracting(Delivery::state)
            .containsExactly(DeliveryState.WAITING);
        posthorn.release();
        assertThat(posthorn.messages().await(message, Duration.ofSeconds(20)))
            .extracting(Delivery::state)
            .containsExactly(DeliveryState.SUCCEEDED);
      }
    }
    Path broken = Files.writeString(folder.resolve("broken.db"), "no database".repeat(1_000));
    Path target = folder.resolve("target.db");
    assertRefused(Reason.STORE_FAILED, broken.toString(), () -> Posthorn.restore(broken, target));
    assertThat(target).doesNotExist();
  }

  // ---- keys ----------------------------------------------------------------------------------

  @Test
  void afterAnotherKeyHasTakenOverTheOldOneIsNotNeeded() throws Exception {
    Path keys = folder.resolve("webhooks.db.key");
    String id;
    String secret;
    try (Posthorn posthorn = Posthorn.open(options())) {
      id =
          posthorn
              .endpoints()
              .add(
                  NewEndpoint.builder("https://example.com/")
                      .header("X-Key", "of the customer")
                      .build())
              .id();
      secret = posthorn.endpoints().secret(id);
      assertThat(posthorn.reencrypt()).isZero();
    }
    String fresh = "2 " + Base64.getEncoder().encodeToString(new byte[32]) + "\n";
    Files.writeString(keys, fresh, StandardOpenOption.APPEND);
    try (Posthorn posthorn = Posthorn.open(options())) {
      assertThat(posthorn.endpoints().secret(id)).isEqualTo(secret);
      assertThat(posthorn.reencrypt()).as("secret and headers").isEqualTo(2);
      assertThat(posthorn.reencrypt()).isZero();
    }
    Files.writeString(keys, fresh, StandardOpenOption.TRUNCATE_EXISTING);
    try (Posthorn posthorn = Posthorn.open(options())) {
      assertThat(posthorn.endpoints().secret(id)).isEqualTo(secret);
      assertThat(posthorn.endpoints().headers(id)).isEqualTo(Map.of("X-Key", "of the customer"));
    }
  }

  // ---- health --------------------------------------------------------------------------------

  @Test
  void healthTellsWhetherItIsOpen() {
    Posthorn posthorn = Posthorn.open(options());
    Health open = posthorn.health();
    assertThat(open).isEqualTo(new Health(Health.State.READY, null, false));
    assertThat(open.isReady()).isTrue();
    assertThat(open.isLive()).isTrue();
    assertThat(open.details()).isEqualTo(Map.of("state", "READY", "held", false));
    posthorn.close();
    Health closed = posthorn.health();
    assertThat(closed.state()).isEqualTo(Health.State.CLOSED);
    assertThat(closed.isReady()).isFalse();
    assertThat(closed.isLive()).isFalse();
    assertThat(closed.details()).containsKey("reason");
  }

  @Test
  void aFileThatIsHeldDeliversAfterItsRelease() {
    try (Receiver receiver = Receiver.start()) {
      try (Posthorn posthorn = Posthorn.open(options())) {
        posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      }
      try (Store store = SqliteStore.open(file, SqliteOptions.defaults())) {
        RestoreHold.set(store, 0);
      }
      try (Posthorn posthorn = Posthorn.open(options())) {
        assertThat(posthorn.health()).isEqualTo(new Health(Health.State.READY, null, true));
        String id = posthorn.send("a.b", "{}").id();
        assertThat(posthorn.messages().await(id, Duration.ofMillis(1)))
            .extracting(Delivery::state)
            .containsExactly(DeliveryState.WAITING);
        posthorn.release();
        assertThat(posthorn.messages().await(id, Duration.ofSeconds(20)))
            .extracting(Delivery::state)
            .containsExactly(DeliveryState.SUCCEEDED);
        posthorn.release(); // does nothing
      }
      try (Posthorn posthorn = Posthorn.open(options())) {
        assertThat(posthorn.health().held()).isFalse();
      }
    }
  }

  // ---- opening -------------------------------------------------------------------------------

  @Test
  void openingCanWaitForTheOneWhoHasTheFile() throws Exception {
    FutureTask<Posthorn> opening =
        new FutureTask<>(
            () -> Posthorn.open(options().toBuilder().openTimeout(Duration.ofMinutes(1)).build()));
    Thread thread = new Thread(opening);
    try (Posthorn first = Posthorn.open(options())) {
      String id = first.send("a.b", "{}").id();
      thread.start();
      Await.until("it waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
      first.close();
      try (Posthorn second = opening.get(20, TimeUnit.SECONDS)) {
        assertThat(second.messages().get(id).text()).isEqualTo("{}");
      }
    }
  }

  @Test
  void theKeyFileIsReadAsItIsOnceTheOtherHasClosedTheFile() throws Exception {
    String id;
    try (Posthorn posthorn = Posthorn.open(options())) {
      id = posthorn.endpoints().add(NewEndpoint.of("https://example.com/")).id();
    }
    Path keys = folder.resolve("webhooks.db.key");
    Path elsewhere = Files.move(keys, folder.resolve("elsewhere"));
    FutureTask<Posthorn> opening =
        new FutureTask<>(
            () -> Posthorn.open(options().toBuilder().openTimeout(Duration.ofMinutes(1)).build()));
    Thread thread = new Thread(opening);
    try (Store first = SqliteStore.open(file, SqliteOptions.defaults())) {
      thread.start();
      Await.until("it waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
      Files.move(elsewhere, keys);
      assertThat(first.idFloor()).isPositive();
    }
    try (Posthorn second = opening.get(20, TimeUnit.SECONDS)) {
      assertThat(second.endpoints().secret(id)).startsWith("whsec_");
    }
  }

  @Test
  void itWaitsForNoLongerThanItWasTold() {
    try (Posthorn first = Posthorn.open(options())) {
      assertRefused(
          Reason.STORE_LOCKED,
          "already open",
          () -> Posthorn.open(options().toBuilder().openTimeout(Duration.ofMillis(1)).build()));
      assertThat(first.health().isReady()).isTrue();
    }
    assertRefused(
        Reason.INVALID,
        "openTimeout",
        () -> options().toBuilder().openTimeout(Duration.ofSeconds(-1)).build());
  }

  @Test
  void oneThatIsInterruptedWaitsNoLonger() throws Exception {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    List<Boolean> interrupted = new CopyOnWriteArrayList<>();
    try (Posthorn first = Posthorn.open(options())) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  Posthorn.open(options().toBuilder().openTimeout(Duration.ofHours(1)).build())
                      .close();
                } catch (PosthornException e) {
                  thrown.set(e);
                  interrupted.add(Thread.currentThread().isInterrupted());
                }
              });
      thread.start();
      Await.until("it waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
      thread.interrupt();
      thread.join(20_000);
      assertThat(first.health().isReady()).isTrue();
    }
    assertThat(thrown.get())
        .isInstanceOfSatisfying(
            PosthornException.class, e -> assertThat(e.reason()).isEqualTo(Reason.STORE_LOCKED));
    assertThat(interrupted).containsExactly(true);
  }
}
