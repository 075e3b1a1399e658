package dev.posthorn.internal.postgresql.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.postgresql.connection.Database;
import dev.posthorn.internal.postgresql.connection.SchemaName;
import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(PostgresqlExtension.class)
class SchemaTest {
  private static final Script FIRST =
      Script.of(1, "CREATE TABLE posthorn.thing (id int PRIMARY KEY);\n");
  private static final Script SECOND =
      Script.of(2, "-- Oldest program: 1\nALTER TABLE posthorn.thing ADD COLUMN color text;\n");
  private static final Script BREAKING = Script.of(3, "DROP TABLE posthorn.thing;\n");

  /** Everything in a schema, by the names that scripts give. */
  private static final String OBJECTS =
      """
      SELECT concat_ws(' ', relkind, relname, relispartition, reloptions, attnum, attname,
        format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid))
      FROM pg_class
      LEFT JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0
      LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
      WHERE relnamespace = '%s'::regnamespace
      ORDER BY 1\
      """;

  private static Database database(TestDatabase database) {
    return Database.of(PostgresqlOptions.of(database.url()));
  }

  private static Schema schema(TestDatabase database, Script... scripts) {
    return new Schema(database(database), List.of(scripts));
  }

  private static List<String> versions(TestDatabase database) {
    return database.query("SELECT version FROM posthorn.schema_version ORDER BY version");
  }

  @Test
  void aSchemaIsCreatedOnce(TestDatabase database) {
    Schema schema = new Schema(database(database));
    assertThat(schema.migrate()).isEqualTo(Script.all().size());
    assertThat(schema.migrate()).isZero();
    assertThatCode(schema::check).doesNotThrowAnyException();
    assertThat(database.query("SELECT count(*) FROM posthorn.assignment")).containsExactly("256");
    assertThat(
            database.query(
                "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
                    + " WHERE nspname = 'public'"))
        .containsExactly("0");
  }

  @Test
  void aSchemaMayHaveAnotherName(TestDatabase database) {
    PostgresqlOptions options =
        PostgresqlOptions.builder(database.url()).schema("order_hooks").build();
    new Schema(Database.of(options)).migrate();
    assertThat(database.query("SELECT count(*) FROM order_hooks.assignment"))
        .containsExactly("256");
    assertThat(database.query("SELECT to_regnamespace('posthorn') IS NULL")).containsExactly("t");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void thePrintedTextCreatesTheSameSchema(boolean partitioned, TestDatabase database) {
    PostgresqlOptions.Builder options =
        PostgresqlOptions.builder(database.url()).partitionedHistory(partitioned);
    PostgresqlOptions printed = options.schema("printed").build();
    PostgresqlOptions migrated = options.schema("migrated").build();
    database.execute(Schema.text(printed, 0));
    new Schema(Database.of(migrated)).migrate();
    assertThat(database.query(OBJECTS.formatted("printed")))
        .hasSizeGreaterThan(100)
        .isEqualTo(database.query(OBJECTS.formatted("migrated")));
    assertThat(database.query("SELECT relkind FROM pg_class WHERE relname = 'message'"))
        .containsOnly(partitioned ? "p" : "r");

    Schema schema = new Schema(Database.of(printed));
    assertThatCode(schema::check).doesNotThrowAnyException();
    assertThat(schema.migrate()).isZero();
    assertThat(Schema.text(printed, schema.version())).isEmpty();
    assertThat(Schema.text(printed, 0))
        .contains("CREATE TABLE \"printed\".node")
        .doesNotContain("posthorn.");
  }

  @Test
  void thoseWhoMigrateAtTheSameTimeWaitForEachOther(TestDatabase database) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<CompletableFuture<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(
            CompletableFuture.supplyAsync(
                () -> schema(database, FIRST, SECOND).migrate(), threads));
      }
      int run = 0;
      for (CompletableFuture<Integer> each : all) {
        run += each.get();
      }
      assertThat(run).isEqualTo(2);
    }
    assertThat(versions(database)).containsExactly("1", "2");
  }

  @Test
  void whoeverMigratesWaitsLongerThanForOtherLocks(TestDatabase database) throws Exception {
    schema(database, FIRST).migrate();
    try (Connection first = database.connect();
        Connection second = database.connect();
        Statement holder = first.createStatement();
        Statement limit = second.createStatement()) {
      first.setAutoCommit(false);
      holder.execute("LOCK TABLE posthorn.schema_version IN EXCLUSIVE MODE");
      limit.execute("SET lock_timeout = '50ms'");
      second.setAutoCommit(false);
      Session waiting = new Session(second, new SchemaName("posthorn"));
      assertThat(Versions.isLocked(waiting)).isTrue();
      CompletableFuture<Void> locked =
          CompletableFuture.runAsync(
              () -> {
                try {
                  Versions.lock(waiting);
                } catch (SQLException e) {
                  throw new CompletionException(e);
                }
              });
      Await.until(
          "it has waited longer than the limit",
          () ->
              locked.isDone()
                  || !database
                      .query(
                          "SELECT 1 FROM pg_locks WHERE NOT granted"
                              + " AND waitstart < clock_timestamp() - interval '100 ms'")
                      .isEmpty());
      assertThat(locked).isNotDone();
      first.commit();
      locked.get();
      try (ResultSet row = limit.executeQuery("SHOW lock_timeout")) {
        assertThat(row.next()).isTrue();
        assertThat(row.getString(1)).isEqualTo("50ms");
      }
    }
  }

  /** A script that changes two tables, one after the other. */
  private static Script changing(String first, String second) {
    return Script.of(
        2,
        "ALTER TABLE posthorn.%s ADD COLUMN color text;\nALTER TABLE posthorn.%s ADD COLUMN color text;\n"
            .formatted(first, second));
  }

  private static void awaitWaiting(TestDatabase database) {
    Await.until(
        "a lock is waited for",
        () -> !database.query("SELECT 1 FROM pg_locks WHERE NOT granted").isEmpty());
  }

  @Test
  void aScriptLetsTransactionsOfNodesEndFirst(TestDatabase database) throws Exception {
    Script nodes =
        Script.of(
            1,
            "CREATE TABLE posthorn.node (id int); CREATE TABLE posthorn.thing (id int);"
                + " INSERT INTO posthorn.node VALUES (1)");
    schema(database, nodes).migrate();
    try (Connection node = database.connect();
        Statement statement = node.createStatement()) {
      node.setAutoCommit(false);
      statement.execute("SELECT FROM posthorn.node WHERE id = 1 FOR SHARE");
      CompletableFuture<Integer> migrated =
          CompletableFuture.supplyAsync(
              schema(database, nodes, changing("thing", "node"))::migrate);
      awaitWaiting(database);
      statement.execute("SET lock_timeout = '5s'"); // a deadlock is found after one
      statement.execute("INSERT INTO posthorn.thing VALUES (1)");
      node.commit();
      assertThat(migrated.get()).isEqualTo(1);
    }
    assertThat(database.query("SELECT id FROM posthorn.thing")).containsExactly("1");
  }

  @Test
  void aScriptThatLostADeadlockIsRunAgain(TestDatabase database) throws Exception {
    Script tables =
        Script.of(1, "CREATE TABLE posthorn.one (id int); CREATE TABLE posthorn.other (id int)");
    schema(database, tables).migrate();
    try (Connection reader = database.connect();
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.execute("SET deadlock_timeout = '1h'"); // the script is the victim
      statement.execute("SELECT FROM posthorn.other");
      CompletableFuture<Integer> migrated =
          CompletableFuture.supplyAsync(
              schema(database, tables, changing("one", "other"))::migrate);
      awaitWaiting(database);
      statement.execute("SELECT FROM posthorn.one");
      reader.commit();
      assertThat(migrated.get()).isEqualTo(1);
    }
    assertThat(versions(database)).containsExactly("1", "2");
  }

  @Test
  void anOlderProgramUsesASchemaThatOnlyGrew(TestDatabase database) {
    schema(database, FIRST).migrate();
    database.execute("INSERT INTO posthorn.thing VALUES (1)");
    assertThat(schema(database, FIRST, SECOND).migrate()).isEqualTo(1);
    assertThat(schema(database, FIRST).migrate()).isZero();
    assertThatCode(schema(database, FIRST)::check).doesNotThrowAnyException();
    assertThat(versions(database)).containsExactly("1", "2");
  }

  @Test
  void anOlderProgramRefusesASchemaThatItDoesNotKnow(TestDatabase database) {
    schema(database, FIRST, SECOND, BREAKING).migrate();
    for (Schema older : List.of(schema(database, FIRST), schema(database, FIRST, SECOND))) {
      assertThatThrownBy(older::migrate)
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NEWER_VERSION))
          .hasMessageContainingAll("newer Posthorn (version 3", "update Posthorn");
      assertThatThrownBy(older::check).hasMessageContaining("update Posthorn");
    }
  }

  @Test
  void aScriptThatChangedIsRefused(TestDatabase database) {
    schema(database, Script.of(1, "CREATE TABLE posthorn.thing (id text);\n")).migrate();
    assertThatThrownBy(schema(database, FIRST, SECOND)::migrate)
        .hasMessageContainingAll("another script than this Posthorn's V001.sql", "a new schema");
    assertThat(versions(database)).containsExactly("1");
  }

  @Test
  void aMissingOrIncompleteSchemaIsRefusedByTheCheck(TestDatabase database) {
    Schema schema = schema(database, FIRST, SECOND);
    assertThatThrownBy(schema::check)
        .hasMessageContainingAll("does not exist", "posthorn schema migrate");
    assertThat(database.query("SELECT to_regnamespace('posthorn') IS NULL")).containsExactly("t");
    schema(database, FIRST).migrate();
    assertThatThrownBy(schema::check)
        .hasMessageContainingAll("has version 1", "needs version 2", "SchemaMode.CREATE");
  }

  @Test
  void aScriptThatFailsLeavesNothingBehind(TestDatabase database) {
    Script wrong = Script.of(2, "CREATE TABLE posthorn.half (id int); SELECT 1/0;\n");
    assertThatThrownBy(schema(database, FIRST, wrong)::migrate).isInstanceOf(StoreException.class);
    assertThat(versions(database)).containsExactly("1");
    assertThat(database.query("SELECT to_regclass('posthorn.half') IS NULL")).containsExactly("t");
  }

  @Test
  void aUserWithoutPrivilegesLearnsWhichToGrant(TestDatabase database) {
    String role = "guest_" + database.name();
    database.execute("CREATE ROLE " + role + " LOGIN");
    Schema schema = new Schema(Database.of(PostgresqlOptions.of(database.url(role))));
    assertThatThrownBy(schema::migrate)
        .hasMessageContainingAll("posthorn schema migrate", "GRANT CREATE ON DATABASE");
    new Schema(database(database)).migrate();
    assertThatThrownBy(schema::migrate).isInstanceOf(StoreException.class);
    assertThatThrownBy(schema::check)
        .hasMessageContainingAll(
            "GRANT USAGE ON SCHEMA \"posthorn\" TO \"" + role + "\"",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA \"posthorn\"");
    database.execute("GRANT USAGE ON SCHEMA posthorn TO " + role);
    database.execute(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA posthorn TO " + role);
    assertThatCode(schema::check).doesNotThrowAnyException();
    assertThat(schema.migrate()).isZero(); // nothing to do needs no privilege to do it
  }
}
