package dev.posthorn.internal.sqlite.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.SqliteOptions;
import dev.posthorn.internal.sqlite.store.SqliteStoreOpener;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.ApplicationSpec;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import dev.posthorn.spi.store.rows.PayloadEnd;
import dev.posthorn.spi.store.rows.SettingChange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConnection;

/** Permanently removed data is left in none of the store's files. */
class RemovedForGoodTest {
  private static final long KEEP_ALL = 0;
  private static final int MESSAGES = 60;
  private static final int[] SIZES = {100, 1_000, 1_000, 3_000, 20_000};

  @TempDir Path directory;
  private Path file;
  private Store store;
  private long id;

  @BeforeEach
  void open() {
    file = directory.resolve("store.db");
    store = SqliteStoreOpener.open(file, SqliteOptions.defaults());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static String canary(long id) {
    return "CANARY-%08x-".formatted(id);
  }

  private static byte[] canaries(long id, int bytes) {
    return canary(id).repeat(bytes / 16 + 1).getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Stores messages of three applications in turn, so that every page of the file has some of each.
   */
  private void fill() {
    Batch batch = new Batch();
    for (int i = 0; i < MESSAGES; i++) {
      id++;
      byte[] body = canaries(id, SIZES[i % SIZES.length]);
      batch
          .in(0)
          .messages
          .add(
              new MessageRow(
                  id,
                  1 + id % 3,
                  MessageSpec.of("t").withContentType("text/plain"),
                  new long[0],
                  body));
      batch.idFloor = id;
    }
    store.commit(batch);
  }

  private void commit(Consumer<Batch> changes) {
    Batch batch = new Batch();
    changes.accept(batch);
    batch.idFloor = id;
    store.commit(batch);
  }

  private boolean isInAFile(String text) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path one : files.toList()) {
        String content = new String(Files.readAllBytes(one), StandardCharsets.ISO_8859_1);
        if (content.contains(text)) {
          return true;
        }
      }
    }
    return false;
  }

  private List<Long> found(LongStream ids) {
    return ids.filter(
            one -> {
              try {
                return isInAFile(canary(one));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .boxed()
        .toList();
  }

  /** Runs upkeep, as an engine does, until some canaries are in no file. */
  private void awaitGone(long keepFrom, long now, long... ids) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    List<Long> left;
    do {
      store.upkeep(keepFrom, now);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      left = found(LongStream.of(ids));
    } while (!left.isEmpty() && System.nanoTime() < end);
    assertThat(left).as("messages whose payload is still in a file").isEmpty();
  }

  private static long[] everyThird(int first) {
    return LongStream.rangeClosed(1, MESSAGES).filter(one -> one % 3 == first).toArray();
  }

  private void assertKept(long... ids) {
    assertThat(found(LongStream.of(ids)))
        .containsExactly(LongStream.of(ids).boxed().toArray(Long[]::new));
  }

  @Test
  void whatSomebodyRemoved() {
    fill();
    long[] gone = everyThird(0);
    commit(batch -> LongStream.of(gone).forEach(batch.in(0).expungedMessages::add));
    awaitGone(KEEP_ALL, 0, gone);
    assertKept(everyThird(1));
    assertKept(everyThird(2));
  }

  @Test
  void alsoWhileOthersWrite() {
    fill();
    long[] gone = everyThird(0);
    commit(batch -> LongStream.of(gone).forEach(batch.in(0).expungedMessages::add));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!found(LongStream.of(gone)).isEmpty() && System.nanoTime() < end) {
      fill();
      store.upkeep(KEEP_ALL, 0);
    }
    assertThat(found(LongStream.of(gone))).isEmpty();
  }

  @Test
  void twoRemovalsAfterEachOther() {
    fill();
    long[] first = everyThird(0);
    long[] second = everyThird(1);
    commit(batch -> LongStream.of(first).forEach(batch.in(0).expungedMessages::add));
    awaitGone(KEEP_ALL, 0, first);
    commit(batch -> LongStream.of(second).forEach(batch.in(0).expungedMessages::add));
    awaitGone(KEEP_ALL, 0, second);
    assertKept(everyThird(2));
  }

  @Test
  void whatAnAttemptKeptOfTheResponse() {
    commit(
        batch -> {
          for (int i = 0; i < MESSAGES; i++) {
            id++;
            batch
                .in(0)
                .attempts
                .add(
                    AttemptRow.of(id, 1, 0, 1)
                        .state(DeliveryState.SUCCEEDED)
                        .spent(1)
                        .status(200)
                        .excerpt(canaries(id, 900))
                        .build());
          }
        });
    commit(batch -> LongStream.of(everyThird(2)).forEach(batch.in(0).expungedAttempts::add));
    awaitGone(KEEP_ALL, 0, everyThird(2));
    assertKept(everyThird(1));
  }

  @Test
  void payloadsWhoseTimeIsOver() {
    fill();
    commit(
        batch ->
            LongStream.of(everyThird(0))
                .forEach(one -> batch.in(0).payloadEnds.add(new PayloadEnd(100, one))));
    awaitGone(KEEP_ALL, 200, everyThird(0));
    assertKept(everyThird(1));
  }

  @Test
  void whatIsLeftOfARemovedApplication() {
    commit(
        batch -> {
          for (long application = 1; application <= 3; application++) {
            batch.settings.add(
                new SettingChange.PutApplication(
                    new ApplicationRow(application, 1, ApplicationSpec.of(null, "a"), 0, 0)));
          }
        });
    fill();
    commit(batch -> batch.settings.add(new SettingChange.RemoveApplication(1)));
    awaitGone(KEEP_ALL, 0, everyThird(0));
    assertKept(everyThird(1));
  }

  @Test
  void whatIsPastItsRetention() {
    fill();
    awaitGone(MESSAGES + 1, 0, LongStream.rangeClosed(1, MESSAGES).toArray());
  }

  @Test
  void whatATaskWasToSend() throws IOException {
    String text = new String(canaries(77, 5_000), StandardCharsets.US_ASCII);
    commit(batch -> batch.settings.add(new SettingChange.PutSetting("broadcast 7", text)));
    assertThat(isInAFile(canary(77))).isTrue();
    commit(batch -> batch.settings.add(new SettingChange.PutSetting("broadcast 7", null)));
    awaitGone(KEEP_ALL, 0, 77);
  }

  /** The log of a process that died may contain removed data. */
  @Test
  void whatWasRemovedJustBeforeACrash() throws Exception {
    fill();
    long[] gone = everyThird(0);
    Path copy = Files.createDirectory(directory.resolve("copy"));
    commit(batch -> LongStream.of(gone).forEach(batch.in(0).expungedMessages::add));
    // A reader keeps the log from being emptied between the two copies.
    try (SQLiteConnection reader = new Connections(file, SqliteOptions.defaults()).copier()) {
      Connections.run(reader, "BEGIN");
      Schema.number(reader, "SELECT count(*) FROM progress");
      for (String end : new String[] {"", "-wal"}) {
        Files.copy(directory.resolve("store.db" + end), copy.resolve("store.db" + end));
      }
    }
    store.close();
    directory = copy;
    store = SqliteStoreOpener.open(copy.resolve("store.db"), SqliteOptions.defaults());
    awaitGone(KEEP_ALL, 0, gone);
  }

  @Test
  void onceAnotherProgramHasReadWhatItReads() throws SQLException {
    fill();
    long[] gone = everyThird(0);
    try (SQLiteConnection other = new Connections(file, SqliteOptions.defaults()).copier()) {
      Connections.run(other, "BEGIN");
      Schema.number(other, "SELECT count(*) FROM message");
      commit(batch -> LongStream.of(gone).forEach(batch.in(0).expungedMessages::add));
      store.upkeep(KEEP_ALL, 0);
      assertThat(found(LongStream.of(gone))).isNotEmpty();
      Connections.run(other, "ROLLBACK");
    }
    awaitGone(KEEP_ALL, 0, gone);
  }
}
