package dev.posthorn.internal.sqlite.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.SqliteOptions;
import dev.posthorn.internal.sqlite.file.Connections;
import dev.posthorn.internal.sqlite.file.Errors;
import dev.posthorn.internal.sqlite.file.Reader;
import dev.posthorn.internal.sqlite.file.ReaderPool;
import dev.posthorn.internal.sqlite.file.ReaderPools;
import dev.posthorn.internal.sqlite.file.Schema;
import dev.posthorn.internal.sqlite.store.WriterSession;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConnection;

class WalTest {
  private static final long MB = 1L << 20;

  @TempDir Path directory;
  private Connections connections;
  private SQLiteConnection writer;
  private WriterSession session;
  private ReaderPools readers;
  private Checkpointer checkpointer;
  private long id;

  @BeforeEach
  void open() throws Exception {
    Path file = directory.resolve("store.db");
    Errors errors = new Errors(file);
    connections = new Connections(file, SqliteOptions.defaults());
    writer = connections.writer();
    new Schema(file).upgrade(writer);
    session = new WriterSession(writer, errors);
    readers = ReaderPools.of(connections, errors, 2);
    checkpointer = Checkpointer.start(connections.checkpointer(), connections.file());
  }

  @AfterEach
  void close() {
    try (WriterSession last = session;
        ReaderPools before = readers;
        Checkpointer first = checkpointer) {
      // All are closed, even if closing one fails.
    }
  }

  private Batch fourMegabytes() {
    return megabytes(4);
  }

  private Batch megabytes(int count) {
    Batch batch = new Batch();
    for (int i = 0; i < 16 * count; i++) {
      id++;
      batch
          .in(0)
          .messages
          .add(
              new MessageRow(
                  id,
                  1,
                  MessageSpec.of("t").withContentType("text/plain"),
                  new long[0],
                  new byte[65_536]));
    }
    return batch;
  }

  @Test
  void theLogStaysSmallThoughAReadNeverEnds() throws Exception {
    Wal wal = new Wal(checkpointer, readers, Connections.PAGE_BYTES);
    CountDownLatch reading = new CountDownLatch(1);
    CompletableFuture<Long> endless =
        CompletableFuture.supplyAsync(
            () -> readers.lists().read(reader -> countForever(reader, reading)));
    assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();

    long written = 0;
    while (written < 400 || !endless.isDone()) {
      session.commit(fourMegabytes());
      wal.tend(writer);
      written += 4;
      // The data written within the second that a read may take, and until it is copied.
      assertThat(wal.maxBytes() / MB).as("log after %d MB", written).isLessThanOrEqualTo(1_024);
      assertThat(written).as("MB written until the read ended").isLessThan(20_000);
    }
    assertThatThrownBy(endless::join).hasStackTraceContaining("interrupt");
    assertThat(readers.lists().<Integer>read(reader -> reader.list(row -> 1, "SELECT 1").size()))
        .isEqualTo(1);
  }

  @Test
  void theWriterWaitsForReadsThatFollowEachOtherOnceTheLogIsLarge() throws Exception {
    try (SQLiteConnection one = connections.copier();
        SQLiteConnection other = connections.copier()) {
      Wal wal = new Wal(checkpointer, readers, Connections.PAGE_BYTES);
      SQLiteConnection reading = one;
      begin(reading);
      for (int written = 0; wal.waits() == 0; written++) {
        session.commit(megabytes(1));
        SQLiteConnection next = written % 2 == 0 ? other : one;
        begin(next);
        Connections.run(reading, "ROLLBACK"); // some read is always in progress, none for long
        reading = next;
        checkpointer.request();
        checkpointer.awaitIdle(30_000);
        wal.tend(writer);
        assertThat(written).as("MB in the log before the writer waits").isLessThan(300);
      }
      Connections.run(reading, "ROLLBACK");
    }
  }

  private static void begin(SQLiteConnection connection) throws SQLException {
    Connections.run(connection, "BEGIN");
    Schema.number(connection, "SELECT count(*) FROM progress");
  }

  @Test
  void theLogGivesBackWhatItGrewByWhileABackupRead() throws Exception {
    Path log = directory.resolve("store.db-wal");
    try (SQLiteConnection copier = connections.copier()) {
      Wal wal = new Wal(checkpointer, readers, Connections.PAGE_BYTES);
      wal.hold();
      Connections.run(copier, "BEGIN");
      Schema.number(copier, "SELECT count(*) FROM progress");
      for (int written = 0; written < 320; written += 4) {
        session.commit(fourMegabytes());
        wal.tend(writer);
      }
      assertThat(Files.size(log) / MB).isGreaterThan(300);

      Connections.run(copier, "ROLLBACK");
      wal.release();
      int written = 0;
      while (Files.size(log) > Connections.WAL_LIMIT_BYTES) {
        session.commit(fourMegabytes());
        wal.tend(writer);
        written += 4;
        assertThat(written).as("MB written until the log started over").isLessThan(20_000);
      }
    }
  }

  @Test
  void commitsGoOnThoughAnotherProgramReadsAndAreRefusedOnlyAtTheBound() throws Exception {
    try (SQLiteConnection other = connections.copier()) {
      Wal wal = new Wal(checkpointer, readers, Connections.PAGE_BYTES, 240 * MB);
      session.commit(fourMegabytes());
      Connections.run(other, "BEGIN");
      Schema.number(other, "SELECT count(*) FROM progress");
      int written = 4;
      while (!wal.isFull(writer)) {
        session.commit(fourMegabytes());
        wal.tend(writer);
        written += 4;
        assertThat(written).isLessThanOrEqualTo(244);
      }
      assertThat(written).isGreaterThan(230);
      assertThat(readers.lists().makesWay()).as("lists wait in vain").isFalse();
      // At most once: before the first checkpoint has found the reader.
      assertThat(wal.waits()).as("waits of the writer").isLessThanOrEqualTo(1);
      assertThat(wal.full().reason()).isEqualTo(StoreException.Reason.FULL);
      assertThat(wal.full()).hasMessageContaining("another program");

      Connections.run(other, "ROLLBACK");
      for (int looks = 0; wal.isFull(writer); looks++) {
        checkpointer.awaitIdle(30_000);
        assertThat(looks).as("looks until there was room").isLessThan(1_000);
      }
      session.commit(fourMegabytes());
      wal.tend(writer);
      assertThat(wal.isFull(writer)).isFalse();
    }
  }

  @Test
  void aReadThatMakesWayBeginsOnceThatWasUsed() throws Exception {
    long hour = TimeUnit.HOURS.toNanos(1);
    try (ReaderPool pool = new ReaderPool(connections, new Errors(directory), 1, hour)) {
      pool.makeWay(true);
      CompletableFuture<Integer> read = CompletableFuture.supplyAsync(() -> count(pool));
      assertThat(read).isNotCompleted();
      pool.makeWay(false);
      assertThat(read.get(30, TimeUnit.SECONDS)).isEqualTo(1);
    }
  }

  @Test
  void aReadWhoseWayNobodyUsesLetsTheNextOneGo() {
    try (ReaderPool pool = new ReaderPool(connections, new Errors(directory), 1, 1)) {
      pool.makeWay(true);
      assertThat(count(pool)).isEqualTo(1);
      assertThat(pool.makesWay()).isFalse();
    }
  }

  private static int count(ReaderPool pool) {
    return pool.<Integer>read(reader -> reader.list(row -> 1, "SELECT 1").size());
  }

  private static long countForever(Reader reader, CountDownLatch reading) throws SQLException {
    // Reading the first row of the table starts the transaction that holds the log back.
    reader.list(row -> row.getLong(1), "SELECT id_floor FROM progress");
    reading.countDown();
    return reader
        .list(
            row -> row.getLong(1),
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")
        .getFirst();
  }
}
