package dev.posthorn.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.posthorn.SqliteOptions;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An untrusted file cannot make the store run code that was added to it. */
class SqliteForeignSchemaTest {
  private static final String ENDLESS =
      "WITH RECURSIVE n(one) AS (SELECT 1 UNION ALL SELECT one FROM n) SELECT ";

  @TempDir Path directory;
  private Path file;
  private Path target;

  @BeforeEach
  void name() {
    file = directory.resolve("store.db");
    target = directory.resolve("restored.db");
    Batch batch = new Batch();
    for (long id = 1; id <= 200; id++) {
      batch
          .in(0)
          .messages
          .add(
              new MessageRow(
                  id,
                  1,
                  MessageSpec.of("t").withContentType("text/plain"),
                  new long[0],
                  new byte[2_000]));
    }
    batch.idFloor = 200;
    try (Store store = SqliteStore.open(file, SqliteOptions.defaults())) {
      store.commit(batch);
    }
  }

  private void sql(String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement run = connection.createStatement()) {
      for (String statement : statements) {
        run.execute(statement);
      }
    }
  }

  private StoreException refusal() {
    return catchThrowableOfType(
        StoreException.class, () -> SqliteStore.open(file, SqliteOptions.defaults()).close());
  }

  private StoreException restoreRefusal() {
    return catchThrowableOfType(
        StoreException.class, () -> SqliteStore.restore(file, target, () -> true));
  }

  private void assertRefused(String difference) {
    for (StoreException refusal : new StoreException[] {refusal(), restoreRefusal()}) {
      assertThat(refusal).isNotNull();
      assertThat(refusal.reason()).isEqualTo(Reason.CORRUPT);
      assertThat(refusal).hasMessageContaining(difference).hasMessageContaining(file.toString());
    }
    assertThat(target).doesNotExist();
    assertThat(directory.resolve("restored.db-wal")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TRIGGER evil AFTER INSERT ON message BEGIN DELETE FROM token; END",
        "CREATE VIEW evil AS SELECT * FROM message",
        "CREATE VIRTUAL TABLE evil USING fts5(a)",
        "CREATE INDEX evil ON message (application)",
      })
  void whatWasAddedIsNamed(String statement) throws SQLException {
    sql(statement);
    assertRefused(" evil");
  }

  @Test
  void plainTablesOfOtherProgramsAreLeftAlone() throws SQLException {
    sql(
        "ANALYZE",
        "CREATE TABLE _replication_seq (id INTEGER PRIMARY KEY, seq INTEGER UNIQUE)",
        "CREATE INDEX theirs ON _replication_seq (seq)");
    assertThat(refusal()).isNull();
    assertThat(restoreRefusal()).isNull();
  }

  @Test
  @Timeout(30)
  void anEndlessViewInThePlaceOfATableDoesNotRun() throws SQLException {
    sql("DROP TABLE progress", "CREATE VIEW progress AS " + ENDLESS + "one FROM n");
    assertRefused("view progress");
  }

  @Test
  void aTableThatIsNotAsItWasMadeIsNamed() throws SQLException {
    sql("ALTER TABLE token ADD COLUMN more TEXT");
    assertRefused("table token");
  }

  @Test
  void whatIsMissingIsNamed() throws SQLException {
    sql("DROP INDEX parked_by_message");
    assertRefused("index parked_by_message");
  }

  /** The scripts that an older file lacks would run added triggers. */
  @Test
  void anOlderFileIsLookedAtBeforeItIsBroughtUpToDate() throws Exception {
    Files.delete(file);
    try (InputStream script =
        SqliteStore.class.getResourceAsStream("/dev/posthorn/store/sqlite/V001.sql")) {
      byte[] first = Objects.requireNonNull(script).readAllBytes();
      try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
          Statement run = connection.createStatement()) {
        run.executeUpdate(new String(first, StandardCharsets.UTF_8));
      }
    }
    sql("CREATE TRIGGER evil AFTER UPDATE ON environment BEGIN DELETE FROM token; END");
    assertRefused("trigger evil");
    sql("DROP TRIGGER evil");
    SqliteStore.restore(file, target, () -> true);
    SqliteStore.open(target, SqliteOptions.defaults()).close();
  }

  @Test
  void aDamagedPageIsFoundByTheRestoreThoughNobodyReadsIt() throws IOException {
    long size = Files.size(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[4_096]), size / 2 / 4_096 * 4_096);
    }
    StoreException refusal = restoreRefusal();
    assertThat(refusal.reason()).isEqualTo(Reason.CORRUPT);
    assertThat(refusal).hasMessageContaining("damaged").hasMessageContaining(file.toString());
    assertThat(target).doesNotExist();
  }

  @Test
  void whoeverRestoresMayEndTheCheck() {
    AtomicInteger asked = new AtomicInteger();
    StoreException refusal =
        catchThrowableOfType(
            StoreException.class,
            () -> SqliteStore.restore(file, target, () -> asked.incrementAndGet() < 1));
    assertThat(refusal).hasMessageContaining("stopped before");
    assertThat(asked).hasPositiveValue();
    assertThat(target).doesNotExist();
  }

  @Test
  void aWholeBackupIsRestored() {
    SqliteStore.restore(file, target, () -> true);
    try (Store store = SqliteStore.open(target, SqliteOptions.defaults())) {
      assertThat(Objects.requireNonNull(store.in(0).message(200)).body()).hasSize(2_000);
    }
  }
}
