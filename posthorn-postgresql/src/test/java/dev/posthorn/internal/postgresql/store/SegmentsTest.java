package dev.posthorn.internal.postgresql.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.ApplicationSpec;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The history is in tables by day, which are created ahead, and dropped as a whole. */
@ExtendWith(PostgresqlExtension.class)
class SegmentsTest {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long MINUTE = Duration.ofMinutes(1).toMillis();
  private static final long FIRST = Instant.parse("2040-02-28T00:00:00Z").toEpochMilli();
  private static final long APPLICATION = 7;

  private final TestDatabase database;
  private final Store store;
  private final int partition;
  private final PartitionReads reads;
  private long now = FIRST;

  SegmentsTest(TestDatabase database) {
    this.database = database;
    store = DatabaseFixture.partitioned(database).open();
    partition = store.partitionOf(APPLICATION);
    reads = store.in(partition);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @BeforeEach
  void createTables() {
    upkeep(FIRST - 30 * DAY);
  }

  private void upkeep(long keepFromMillis) {
    for (int calls = 0; store.upkeep(Ids.firstAt(keepFromMillis), now); calls++) {
      assertThat(calls).isLessThan(500);
    }
  }

  private List<String> tables(String parent) {
    return database
        .query(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
                + " JOIN pg_class p ON p.oid = i.inhparent WHERE p.relname = '"
                + parent
                + "' AND c.relname LIKE '%\\_2040%' ORDER BY 1")
        .stream()
        .map(String::valueOf)
        .toList();
  }

  /** Returns an id of a day, counted from the first. */
  private static long id(int day, long number) {
    return Ids.firstAt(FIRST + day * DAY + MINUTE) + number;
  }

  private static MessageRow message(long id) {
    return new MessageRow(id, APPLICATION, MessageSpec.of("a"), new long[] {5}, new byte[] {1});
  }

  private static LiveRow parked(long message) {
    return LiveRow.hot(message + 1, 5, message, 0, 0).parkedUntil(1, 1);
  }

  private void commit(Consumer<Batch> fill) {
    Batch batch = new Batch();
    fill.accept(batch);
    store.commit(batch);
  }

  /** Commits a message of a day with an attempt on the same day. */
  private long commitMessage(int day) {
    long id = id(day, 0);
    commit(
        batch -> {
          batch.in(partition).messages.add(message(id));
          batch.in(partition).attempts.add(AttemptRow.of(id + 2, id, id + 1, 5).build());
        });
    return id;
  }

  @Test
  void tablesAreCreatedAheadAndDroppedOnceAllOfThemIsPastTheRetention() {
    assertThat(tables("message"))
        .containsExactly(
            "message_20400228", "message_20400229", "message_20400301", "message_20400302");
    assertThat(tables("attempt")).hasSize(4);
    long first = commitMessage(0);
    long second = commitMessage(1);

    now = FIRST + 2 * DAY;
    upkeep(FIRST + DAY - 1);
    assertThat(reads.message(first)).as("a part of the day is kept").isNotNull();
    assertThat(tables("message")).contains("message_20400228", "message_20400304");

    upkeep(FIRST + DAY);
    assertThat(reads.message(first)).isNull();
    assertThat(reads.attempt(first + 2)).isNull();
    assertThat(tables("message")).doesNotContain("message_20400228");
    assertThat(tables("attempt")).doesNotContain("attempt_20400228").contains("attempt_20400229");
    assertThat(reads.message(second)).isNotNull();
    assertThat(reads.hours(5, 0, Long.MAX_VALUE)).hasSize(1);
  }

  @Test
  void attemptsThatAreRemovedAtOnceWereCounted() {
    long id = commitMessage(0);
    commit(
        batch -> {
          batch.settings.add(
              new SettingChange.PutApplication(
                  new ApplicationRow(APPLICATION, 1, ApplicationSpec.of(null, "a"), 0, 0)));
          batch.settings.add(new SettingChange.RemoveApplication(APPLICATION));
        });
    upkeep(FIRST - 30 * DAY);
    assertThat(reads.attempts(id)).isEmpty();
    assertThat(reads.hours(5, 0, Long.MAX_VALUE)).hasSize(1);
  }

  @Test
  void aTableWithAHeldMessageStaysUntilThatIsGoneAndLosesTheRest() {
    long held = id(0, 100);
    long free = commitMessage(0);
    long later = commitMessage(1);
    commit(
        batch -> {
          batch.in(partition).messages.add(message(held));
          batch.in(partition).parked.add(parked(held));
          batch.in(partition).attempts.add(AttemptRow.of(id(1, 50), held, held + 1, 5).build());
        });
    now = FIRST + 5 * DAY;
    upkeep(FIRST + 2 * DAY);
    assertThat(reads.message(held)).isNotNull();
    assertThat(reads.message(free)).isNull();
    assertThat(reads.message(later)).isNull();
    assertThat(reads.attempts(held)).hasSize(1);
    assertThat(reads.attempt(later + 2)).isNull();
    assertThat(tables("message")).contains("message_20400228").doesNotContain("message_20400229");
    assertThat(tables("attempt")).doesNotContain("attempt_20400228").contains("attempt_20400229");

    commit(batch -> batch.in(partition).parkedRemovals.add(parked(held)));
    upkeep(FIRST + 2 * DAY);
    assertThat(reads.message(held)).isNull();
    assertThat(reads.attempts(held)).isEmpty();
    now += 11 * MINUTE;
    upkeep(FIRST + 2 * DAY);
    assertThat(tables("message")).doesNotContain("message_20400228");
    assertThat(tables("attempt")).doesNotContain("attempt_20400229");
  }

  @Test
  void aLongTransactionKeepsATableAndHoldsUpNobody() throws SQLException {
    long first = commitMessage(0);
    now = FIRST + 5 * DAY;
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SELECT count(*) FROM posthorn.message");
      upkeep(FIRST + DAY);
      assertThat(reads.message(first)).isNotNull();
      commitMessage(5);
      assertThat(reads.message(id(5, 0))).isNotNull();
      connection.rollback();
    }
    upkeep(FIRST + DAY);
    assertThat(reads.message(first)).as("tried again later").isNotNull();
    now += 2 * MINUTE;
    upkeep(FIRST + DAY);
    assertThat(reads.message(first)).isNull();
    assertThat(tables("message")).doesNotContain("message_20400228");
  }

  @Test
  void rowsThatComeBeforeTheirTableStayInTheDefaultTableAndGoOneByOne() {
    long early = commitMessage(40);
    assertThat(database.query("SELECT id FROM posthorn.message_default"))
        .containsExactly(String.valueOf(early));
    now = FIRST + 40 * DAY;
    upkeep(FIRST + 10 * DAY);
    assertThat(tables("message")).contains("message_20400409").doesNotContain("message_20400408");
    assertThat(tables("message")).as("past their retention").doesNotContain("message_20400228");
    assertThat(reads.message(early)).isNotNull();
    now = FIRST + 80 * DAY;
    upkeep(FIRST + 41 * DAY);
    assertThat(reads.message(early)).isNull();
    assertThat(reads.attempts(early)).isEmpty();
  }

  @Test
  void aUserWhoMayNotCreateTablesWritesToTheDefaultTables() {
    database.execute("CREATE ROLE limited LOGIN");
    database.execute("GRANT USAGE ON SCHEMA posthorn TO limited");
    database.execute(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA posthorn TO limited");
    now = FIRST + 50 * DAY;
    try (Store limited = DatabaseFixture.openAs(database, "limited")) {
      assertThat(limited.upkeep(Ids.firstAt(FIRST), now)).isFalse();
      Batch batch = new Batch();
      batch.in(partition).messages.add(message(id(50, 0)));
      limited.commit(batch);
      assertThat(limited.in(partition).message(id(50, 0))).isNotNull();
      assertThat(tables("message")).doesNotContain("message_20400418");
    } finally {
      database.execute("DROP OWNED BY limited");
      database.execute("DROP ROLE limited");
    }
  }

  @Test
  void tablesBelongToTheOwnerOfTheSchemaWhoeverCreatesThem() throws SQLException {
    String owner = "owner_" + database.name();
    String program = "program_" + database.name();
    database.execute("CREATE ROLE " + owner + " LOGIN");
    database.execute("CREATE ROLE " + program + " LOGIN");
    database.execute("GRANT " + owner + " TO " + program);
    database.execute("ALTER SCHEMA posthorn OWNER TO " + owner);
    for (String table :
        database.query("SELECT tablename FROM pg_tables WHERE schemaname = 'posthorn'")) {
      database.execute("ALTER TABLE posthorn." + table + " OWNER TO " + owner);
    }
    now = FIRST + 50 * DAY;
    try (Store running = DatabaseFixture.openAs(database, program)) {
      for (int calls = 0; running.upkeep(Ids.firstAt(FIRST + DAY), now); calls++) {
        assertThat(calls).isLessThan(500);
      }
    }
    assertThat(tables("message")).contains("message_20400418").doesNotContain("message_20400228");
    try (Connection migration = DriverManager.getConnection(database.url(owner));
        Statement statement = migration.createStatement()) {
      statement.execute("ALTER TABLE posthorn.message ADD COLUMN next integer");
    }
  }

  /** A table is slow to create while many rows that came before it are in the default table. */
  @Test
  void aTableThatIsSlowToCreateHoldsUpTheWriterOnceInAWhile() {
    database.execute("CREATE SEQUENCE tries");
    database.execute(
        "CREATE FUNCTION slow() RETURNS event_trigger LANGUAGE plpgsql AS"
            + " 'BEGIN PERFORM nextval(''tries''), pg_sleep(30); END'");
    database.execute(
        "CREATE EVENT TRIGGER slow ON ddl_command_start WHEN TAG IN ('CREATE TABLE')"
            + " EXECUTE FUNCTION slow()");
    now = FIRST + 50 * DAY;
    for (int minute = 0; minute < 10; minute++) {
      upkeep(FIRST - 30 * DAY);
      now += 2 * MINUTE;
    }
    assertThat(database.query("SELECT last_value FROM tries")).containsExactly("1");
    commitMessage(50);
    assertThat(reads.message(id(50, 0))).isNotNull();
    database.execute("DROP EVENT TRIGGER slow");
    now += 60 * MINUTE;
    upkeep(FIRST - 30 * DAY);
    assertThat(tables("message")).contains("message_20400419");
  }
}
