package dev.posthorn.server.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.SqliteOptions;
import dev.posthorn.internal.copy.MigrationMark;
import dev.posthorn.internal.copy.Position;
import dev.posthorn.internal.copy.RowKind;
import dev.posthorn.internal.copy.StoreExport;
import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.RestoreHold;
import dev.posthorn.internal.runtime.EngineAssembly;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.rows.HourRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.store.postgresql.PostgresqlStore;
import dev.posthorn.store.sqlite.SqliteStore;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Each migration opens the database several times, which takes long beside other work. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@ExtendWith(PostgresqlExtension.class)
class MigrationTest {
  @TempDir private Path folder;

  private final StringWriter printed = new StringWriter();
  private final StringWriter progress = new StringWriter();
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("webhooks.db");
  }

  private boolean migrate(TestDatabase database, UnaryOperator<StoreExport> around) {
    try (Store source = SqliteStore.open(file, SqliteOptions.defaults())) {
      return new FileMigration(
              file,
              source,
              PostgresqlOptions.of(database.url()),
              new PrintWriter(progress, true),
              around)
          .run(new PrintWriter(printed, true));
    }
  }

  private boolean migrate(TestDatabase database) {
    return migrate(database, UnaryOperator.identity());
  }

  /** The end of a process, as far as the migration can notice. */
  private static final class KilledException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Reads that end the process after some rows. */
  private record Killing(StoreExport real, AtomicLong left) implements StoreExport {
    @Override
    public <R> void each(RowKind<R> kind, Position after, Sink<R> sink) {
      real.each(
          kind,
          after,
          row -> {
            if (left.decrementAndGet() < 0) {
              throw new KilledException();
            }
            sink.accept(row);
          });
    }

    @Override
    public void close() {
      real.close();
    }
  }

  private static void start(EngineAssembly assembly) {
    assembly.keyring(new Keyring(Map.of(1, new byte[Keyring.KEY_BYTES]))).start().close(0);
  }

  @Test
  void everythingIsMovedWhereverTheMigrationIsKilled(TestDatabase database) {
    FullFile.create(file);
    int kills = 0;
    for (long rows = 1; ; rows = rows * 4) {
      AtomicLong left = new AtomicLong(rows);
      try {
        assertThat(migrate(database, real -> new Killing(real, left))).isTrue();
        break;
      } catch (KilledException e) {
        kills++;
      }
      assertThatThrownBy(() -> start(EngineAssembly.of(PostgresqlOptions.of(database.url()))))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("run posthorn migrate again")
          .hasMessageContaining("webhooks.db");
      assertThatThrownBy(() -> start(EngineAssembly.of(file)))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("is being moved to")
          .hasMessageContaining("migrate --cancel");
    }
    assertThat(kills).isGreaterThan(5);
    assertThat(printed.toString())
        .contains("the same in both", "1 rows not copied: their messages and endpoints are removed")
        .doesNotContain("DIFFERENT");
    assertThat(database.query("SELECT count(*) FROM posthorn.message_default"))
        .containsExactly("0");
    compare(database);
    assertThat(migrate(database)).isTrue();
    assertThat(printed.toString()).contains("everything was moved already");
  }

  /** Compares by the reads of the stores, too, which the migration does not use. */
  private void compare(TestDatabase database) {
    try (Store source = SqliteStore.open(file, SqliteOptions.defaults());
        Store target = PostgresqlStore.open(PostgresqlOptions.of(database.url()))) {
      PartitionReads in = source.in(0);
      int messages = 0;
      for (long application = 10; application < 16; application++) {
        PartitionReads out = target.in(target.partitionOf(application));
        for (int end = 0; end < 2; end++) {
          long endpoint = application * 10 + end;
          assertThat(out.hours(endpoint, 0, Long.MAX_VALUE))
              .isEqualTo(
                  endpoint == FullFile.REMOVED * 10 // nobody can ask for those of a removed one
                      ? List.of()
                      : in.hours(endpoint, 0, Long.MAX_VALUE));
          assertThat(out.consumers(endpoint)).isEqualTo(in.consumers(endpoint));
        }
        for (long message : ids(database, application)) {
          messages++;
          assertThat(out.message(message))
              .usingRecursiveComparison()
              .isEqualTo(in.message(message));
          assertThat(out.live(message)).isEqualTo(in.live(message));
          assertThat(out.attempts(message))
              .usingRecursiveComparison()
              .isEqualTo(in.attempts(message));
        }
      }
      assertThat(messages).isEqualTo(count()).isGreaterThan(FullFile.MESSAGES / 2);
      List<HourRow> hours = target.in(target.partitionOf(10)).hours(100, 0, Long.MAX_VALUE);
      assertThat(hours).isNotEmpty();
      assertThat(target.idFloor()).isEqualTo(source.idFloor());
      assertThat(target.setting("public_id_key")).isEqualTo(source.setting("public_id_key"));
      assertThat(target.setting("anything")).isEqualTo(source.setting("anything"));
      MessageRow known = in.messageByPublicId("public-13");
      assertThat(known).isNotNull();
    }
  }

  private int count() {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM message")) {
      return row.getInt(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Long> ids(TestDatabase database, long application) {
    return database
        .query("SELECT id FROM posthorn.message WHERE application = " + application)
        .stream()
        .map(text -> Long.parseLong(String.valueOf(text)))
        .toList();
  }

  @Test
  void aRowThatIsAnotherOneIsFound(TestDatabase database) {
    FullFile.create(file);
    AtomicLong left = new AtomicLong(9_000); // all is copied, and a part compared
    assertThatThrownBy(() -> migrate(database, real -> new Killing(real, left)))
        .isInstanceOf(KilledException.class);
    assertThat(
            database.query("SELECT value FROM posthorn.setting WHERE name = 'migration_progress'"))
        .containsExactly("end:");
    database.execute(
        "UPDATE posthorn.parked SET attempts = 3 WHERE id = (SELECT min(id) FROM posthorn.parked)");
    assertThat(migrate(database)).isFalse();
    assertThat(printed.toString().lines().filter(line -> line.contains("DIFFERENT")))
        .singleElement()
        .asString()
        .startsWith("deliveries waiting");
    assertThatThrownBy(() -> start(EngineAssembly.of(PostgresqlOptions.of(database.url()))))
        .hasMessageContaining("run posthorn migrate again");
  }

  @Test
  void aTargetThatIsInUseIsRefused(TestDatabase database) {
    try (Store store = PostgresqlStore.open(PostgresqlOptions.of(database.url()))) {
      Batch batch = new Batch();
      batch.settings.add(new SettingChange.PutSetting("anything", "here"));
      store.commit(batch);
    }
    FullFile.create(file);
    assertThatThrownBy(() -> migrate(database))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--to")
        .hasMessageContaining("is in use already");
    assertThat(isHeld()).isFalse(); // it is as it was
  }

  @Test
  void aPartOfAnotherMigrationIsRefused(TestDatabase database) {
    FullFile.create(file);
    assertThatThrownBy(() -> migrate(database, real -> new Killing(real, new AtomicLong(5))))
        .isInstanceOf(KilledException.class);
    file = folder.resolve("other.db");
    FullFile.create(file);
    assertThatThrownBy(() -> migrate(database))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("webhooks.db")
        .hasMessageContaining("which is another migration");
  }

  @Test
  void aFileIsUsedAgainAfterACancellationAndHeldIfEverythingWasMoved(TestDatabase database) {
    FullFile.create(file);
    assertThat(
            cancelAfter(
                () -> {
                  assertThatThrownBy(
                          () -> migrate(database, real -> new Killing(real, new AtomicLong(5))))
                      .isInstanceOf(KilledException.class);
                }))
        .isFalse();
    assertThat(isHeld()).isFalse();
    database.execute("DROP SCHEMA posthorn CASCADE");
    assertThat(cancelAfter(() -> assertThat(migrate(database)).isTrue())).isTrue();
    assertThat(isHeld()).isTrue();
  }

  /** Opens the file as an engine does. */
  private boolean isHeld() {
    try (Store store =
        MigrationMark.requireNone(SqliteStore.open(file, SqliteOptions.defaults()))) {
      return RestoreHold.isSet(store);
    }
  }

  private boolean cancelAfter(Runnable migration) {
    migration.run();
    try (Store source = SqliteStore.open(file, SqliteOptions.defaults())) {
      return FileMigration.cancel(source);
    }
  }
}
