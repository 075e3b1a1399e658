package dev.posthorn.internal.postgresql.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.postgresql.TransactionPooler;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A pooler in transaction mode between store and server: it works, and nothing stays behind. */
@ExtendWith(PostgresqlExtension.class)
class PoolerTest {
  private static final String LIMITS =
      "SELECT concat_ws(' ', current_setting('statement_timeout'),"
          + " current_setting('idle_in_transaction_session_timeout'),"
          + " current_setting('transaction_isolation'), current_setting('transaction_read_only'))";

  private static String value(Session session, String sql) throws SQLException {
    try (Statement statement = session.connection().createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  @Test
  void everyTransactionHasItsLimitsOnWhateverSession(TestDatabase database) throws Exception {
    database.execute("CREATE SCHEMA posthorn; CREATE TABLE posthorn.mark (number int PRIMARY KEY)");
    try (TransactionPooler pooler = TransactionPooler.before(database, 3)) {
      Database connected = Database.of(PostgresqlOptions.of(pooler.url(database)));
      connected.check();
      Set<String> backends = new HashSet<>();
      try (Sessions sessions = connected.sessions(new OpenFence())) {
        for (int i = 0; i < 20; i++) { // more than the driver needs to prepare a statement
          int number = i;
          String limits =
              sessions
                  .writer()
                  .transact(
                      session -> {
                        backends.add(value(session, "SELECT pg_backend_pid()"));
                        try (PreparedStatement insert =
                            session.prepare("INSERT INTO posthorn.mark VALUES (?)")) {
                          insert.setInt(1, number);
                          insert.executeUpdate();
                        }
                        return value(session, LIMITS);
                      });
          assertThat(limits).isEqualTo("10s 5s read committed off");
          for (Readers readers :
              List.of(
                  sessions.forWriter(), sessions.forEngine(), sessions.forLists(Owner.NOBODY))) {
            assertThat(readers.<String>read(session -> value(session, LIMITS)))
                .isEqualTo("30s 30s repeatable read on");
          }
        }
      }
      assertThat(backends).hasSize(3);
      try (Connection other = DriverManager.getConnection(pooler.url(database));
          Statement statement = other.createStatement()) {
        for (int i = 0; i < 3; i++) {
          try (var row = statement.executeQuery(LIMITS)) {
            row.next();
            assertThat(row.getString(1)).isEqualTo("0 0 read committed off");
          }
        }
      }
    }
    assertThat(database.query("SELECT count(*) FROM posthorn.mark")).containsExactly("20");
  }
}
