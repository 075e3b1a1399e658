package dev.posthorn.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.SqliteOptions;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.reads.MessageFilter;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.rows.MessageRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** A process that dies leaves only complete batches, and all that it had committed. */
class SqliteCrashTest {
  @TempDir Path directory;

  /** Returns the number of complete batches in a store; fails if it has a part of one. */
  private static int wholeBatches(Store store) {
    int count = 0;
    long after = 0;
    Page<MessageRow> page;
    do {
      page =
          store
              .in(0)
              .messages(new MessageQuery(1, PageRequest.after(after, 1_000), MessageFilter.NONE));
      count += page.rows().size();
      after = page.next();
    } while (!page.done());
    assertThat(count % OtherProcess.BATCH).as("messages of an incomplete batch").isZero();
    return count / OtherProcess.BATCH;
  }

  @Test
  void aKilledProcessLeavesEverythingItHadCommitted() throws Exception {
    Path file = directory.resolve("store.db");
    String last;
    try (OtherProcess other = OtherProcess.committing(file)) {
      last = other.line();
      for (int i = 0; i < 200; i++) {
        last = other.line();
      }
      List<String> unread = other.kill();
      // The last line may be incomplete.
      last = unread.size() > 1 ? unread.get(unread.size() - 2) : last;
    }
    try (Store store = SqliteStore.open(file, SqliteOptions.defaults())) {
      int batches = wholeBatches(store);
      assertThat(batches).isGreaterThanOrEqualTo(Integer.parseInt(last));
      assertThat(store.idFloor()).isEqualTo((batches + 1L) * OtherProcess.BATCH);
      store.commit(OtherProcess.batch(batches + 1));
    }
  }

  @Test
  void aLogThatEndsAnywhereGivesWholeBatches(TestReporter reporter) throws IOException {
    Path file = directory.resolve("store.db");
    Path log = Path.of(file + "-wal");
    int batches = 40;
    byte[] database;
    byte[] whole;
    try (Store store = SqliteStore.open(file, SqliteOptions.defaults())) {
      for (int number = 1; number <= batches; number++) {
        store.commit(OtherProcess.batch(number));
      }
      database = Files.readAllBytes(file);
      whole = Files.readAllBytes(log);
    }
    long seed = new Random().nextLong();
    reporter.publishEntry("seed", String.valueOf(seed));
    Random random = new Random(seed);
    Path copy = directory.resolve("copy.db");
    int atLeast = 0;
    int[] lengths = random.ints(12, 0, whole.length + 1).sorted().toArray();
    for (int length : lengths) {
      Files.write(copy, database);
      Files.write(Path.of(copy + "-wal"), Arrays.copyOf(whole, length));
      try (Store store = SqliteStore.open(copy, SqliteOptions.defaults())) {
        int found = wholeBatches(store);
        assertThat(found)
            .as("batches in %d bytes, seed %d", length, seed)
            .isBetween(atLeast, batches);
        atLeast = found;
      }
    }
    Files.write(copy, database);
    Files.write(Path.of(copy + "-wal"), whole);
    try (Store store = SqliteStore.open(copy, SqliteOptions.defaults())) {
      assertThat(wholeBatches(store)).isEqualTo(batches);
    }
  }
}
