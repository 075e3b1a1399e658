package dev.posthorn.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.posthorn.SqliteOptions;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import dev.posthorn.spi.store.rows.SettingChange.PutSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup is complete, of one state, and made while the store is in use. */
class SqliteBackupTest {
  @TempDir Path directory;
  private Path target;
  private Store store;

  @BeforeEach
  void open() {
    store = open(directory.resolve("store.db"));
    target = directory.resolve("backup.db");
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static Store open(Path file) {
    return SqliteStore.open(file, SqliteOptions.defaults());
  }

  /** Commits a message, with its id as the setting "last" too. */
  private void commit(long id, int bytes) {
    Batch batch = new Batch();
    batch
        .in(0)
        .messages
        .add(
            new MessageRow(
                id,
                1,
                MessageSpec.of("t").withContentType("text/plain"),
                new long[0],
                new byte[bytes]));
    batch.settings.add(new PutSetting("last", String.valueOf(id)));
    batch.idFloor = id;
    store.commit(batch);
  }

  @Test
  void a_copy_holds_one_state_while_the_store_goes_on() throws Exception {
    for (long id = 1; id <= 500; id++) {
      commit(id, 20_000);
    }
    AtomicBoolean copied = new AtomicBoolean();
    CountDownLatch started = new CountDownLatch(1);
    CompletableFuture<Long> writer =
        CompletableFuture.supplyAsync(
            () -> {
              long id = 500;
              while (!copied.get() || id == 500) {
                commit(++id, 20_000);
                started.countDown();
              }
              return id;
            });
    assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
    store.backup(target);
    copied.set(true);
    long written = writer.get(30, TimeUnit.SECONDS);

    try (Store copy = open(target)) {
      long last = Long.parseLong(Objects.requireNonNull(copy.setting("last")));
      assertThat(last).isBetween(501L, written);
      assertThat(copy.idFloor()).isEqualTo(last);
      assertThat(Objects.requireNonNull(copy.in(0).message(last)).body()).hasSize(20_000);
      assertThat(copy.in(0).message(last + 1)).isNull();
      assertThat(copy.in(0).message(1)).isNotNull();
    }
    assertThat(store.in(0).message(written)).isNotNull();
    assertThat(directory.resolve("backup.db.part")).doesNotExist();
  }

  @Test
  void what_was_committed_before_is_in_the_copy() {
    commit(7, 10);
    store.backup(target);
    commit(8, 10);
    try (Store copy = open(target)) {
      assertThat(copy.in(0).message(7)).isNotNull();
      assertThat(copy.in(0).message(8)).isNull();
      assertThat(copy.idFloor()).isEqualTo(7);
    }
  }

  @Test
  void a_file_that_exists_is_refused_and_stays() throws IOException {
    Files.writeString(target, "mine");
    assertThatThrownBy(() -> store.backup(target))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("target")
        .hasMessageContaining("exists");
    assertThat(target).hasContent("mine");
  }

  @Test
  void what_a_killed_process_left_of_a_copy_is_replaced() throws IOException {
    Files.writeString(directory.resolve("backup.db.part"), "half a copy");
    commit(7, 10);
    store.backup(target);
    try (Store copy = open(target)) {
      assertThat(copy.in(0).message(7)).isNotNull();
    }
  }

  @Test
  void a_directory_that_does_not_exist_is_told() {
    Path nowhere = directory.resolve("nowhere").resolve("backup.db");
    assertThat(catchThrowableOfType(StoreException.class, () -> store.backup(nowhere)))
        .hasMessageContaining(nowhere.toString())
        .extracting(StoreException::reason)
        .isEqualTo(Reason.IO);
  }

  @Test
  void a_closed_store_makes_no_copy() {
    store.close();
    assertThat(catchThrowableOfType(StoreException.class, () -> store.backup(target)).reason())
        .isEqualTo(Reason.CLOSED);
    assertThat(directory).isDirectoryNotContaining(path -> path.toString().contains("backup"));
  }

  @Test
  void closing_the_store_ends_a_copy_and_leaves_nothing_of_it() throws Exception {
    for (long id = 1; id <= 60; id++) {
      commit(id, 2_000_000);
    }
    CompletableFuture<Void> backup = CompletableFuture.runAsync(() -> store.backup(target));
    Path part = directory.resolve("backup.db.part");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!Files.exists(part) && !backup.isDone() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    store.close();
    try {
      backup.get(30, TimeUnit.SECONDS);
      // It was done before.
      assertThat(target).exists();
    } catch (ExecutionException e) {
      assertThat(e.getCause())
          .isInstanceOfSatisfying(
              StoreException.class, s -> assertThat(s.reason()).isEqualTo(Reason.CLOSED));
      assertThat(target).doesNotExist();
    }
    assertThat(part).doesNotExist();
  }
}
