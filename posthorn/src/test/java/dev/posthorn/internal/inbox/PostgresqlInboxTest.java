package dev.posthorn.internal.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.posthorn.InboxOptions;
import dev.posthorn.NewEndpoint;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornException;
import dev.posthorn.PosthornOptions;
import dev.posthorn.Reason;
import dev.posthorn.testkit.postgresql.EmbeddedPostgresql;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresqlInboxTest extends InboxRules {
  private static @Nullable EmbeddedPostgresql server;

  @TempDir private Path own;

  @BeforeAll
  static void start() {
    try {
      server = EmbeddedPostgresql.start();
    } catch (IOException e) {
      abort("PostgreSQL does not run: " + e.getMessage());
    }
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static EmbeddedPostgresql server() {
    return Objects.requireNonNull(server);
  }

  @Override
  InboxDatabase create(Path emptyFolder) {
    return new InboxDatabase(server().createDatabase().url(), "postgresql");
  }

  @Override
  String json(String text) {
    return super.json(text).replace("X'", "'\\x");
  }

  private Posthorn openOn(InboxDatabase database) {
    return Posthorn.open(
        PosthornOptions.builder(own.resolve("own.db"))
            .allowNetworks("127.0.0.0/8")
            .inbox(InboxOptions.of(database))
            .build());
  }

  @Test
  void aTransactionThatHasFailedIsRefused() throws SQLException {
    InboxDatabase database = create(own);
    try (Posthorn posthorn = openOn(database);
        Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      assertThatThrownBy(() -> statement.execute("SELECT 1 / 0")).isInstanceOf(SQLException.class);
      assertRefused(
          () -> posthorn.send(connection, "a.b", Map.of()),
          "connection: its transaction has failed before this");
      connection.rollback();
      connection.setReadOnly(true);
      assertRefused(() -> posthorn.send(connection, "a.b", Map.of()), "connection: is read-only");
    }
    assertThat(database.rows()).isZero();
  }

  @Test
  void aUserWithoutPrivilegesIsRefused() throws SQLException {
    TestDatabase database = server().createDatabase();
    InboxDatabase whole = new InboxDatabase(database.url(), "postgresql");
    whole.execute("CREATE ROLE poor LOGIN");
    InboxDatabase poor = InboxDatabase.existing(database.url("poor"), "postgresql");
    assertRefused(() -> openOn(poor), "the database user may not use posthorn_inbox", "grant it");
    try (Posthorn posthorn = openOn(whole);
        Connection connection = poor.getConnection()) {
      assertRefused(
          () -> posthorn.send(connection, "a.b", Map.of()),
          "the database user may not use posthorn_inbox",
          "INSERT");
    }
    whole.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON posthorn_inbox TO poor");
    try (Posthorn posthorn = openOn(poor);
        Connection connection = poor.getConnection()) {
      posthorn.send(connection, "a.b", Map.of());
      Await.until("it is relayed", () -> posthorn.inbox().stats().relayed() == 1);
    }
  }

  @Test
  void theRelayGoesOnOnceTheDatabaseIsBack() throws Exception {
    InboxDatabase database = create(own);
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn = openOn(database)) {
      posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
      for (int i = 1; i <= 3; i++) {
        try (Connection connection = database.getConnection()) {
          posthorn.send(connection, "a.b", Map.of("n", i));
        }
        receiver.awaitRequests(i);
        server().crash();
        Await.until("the relay fails", () -> posthorn.inbox().stats().trouble() != null);
        assertThatThrownBy(database::getConnection).isInstanceOf(SQLException.class);
        server().startServer();
        Await.until("the relay works", () -> posthorn.inbox().stats().trouble() == null);
      }
      assertThat(receiver.count()).isEqualTo(3);
    }
  }

  @Test
  void aConnectionThatWasLostIsAFailureOfTheDatabase() throws SQLException {
    InboxDatabase database = create(own);
    try (Posthorn posthorn = openOn(database);
        Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      database.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
      assertThatThrownBy(() -> posthorn.send(connection, "a.b", Map.of()))
          .isInstanceOfSatisfying(
              PosthornException.class, e -> assertThat(e.reason()).isEqualTo(Reason.STORE_FAILED))
          .hasMessageContaining("connection: ");
    }
  }

  @Test
  void rowsThatWaitAreNotReadByTheSearchForRefusedOnes() throws SQLException {
    InboxDatabase database = create(own);
    database.execute(
        "INSERT INTO posthorn_inbox (message_id, application, type, payload, retry_at)"
            + " SELECT 'msg_' || lpad(n::text, 27, '0'), 'default', 'a.b', '{}'::bytea,"
            + " CASE WHEN n <= 10 THEN n ELSE 0 END FROM generate_series(1, 20000) n");
    database.execute("ANALYZE posthorn_inbox");
    try (RelayConnection connection = RelayConnection.open(database)) {
      InboxTable table = new InboxTable(connection, "posthorn_inbox");
      for (int i = 0; i < 10; i++) { // more often than until the plan of a statement is kept
        assertThat(table.due(7, 500, 1_000).rows()).hasSize(7);
        assertThat(table.dueTooLate(7, 500, 1_000).rows()).hasSize(3);
      }
    }
    Await.until("the server counts", () -> read(database, "idx_scan") >= 20);
    assertThat(read(database, "idx_tup_fetch")).isLessThan(1_000);
    assertThat(read(database, "seq_scan")).isLessThan(10); // those of its creation
  }

  private static long read(InboxDatabase database, String figure) {
    return Long.parseLong(
        Objects.requireNonNull(
            database
                .query(
                    "SELECT "
                        + figure
                        + " FROM pg_stat_user_tables WHERE relname = 'posthorn_inbox'")
                .getFirst()));
  }
}
