package dev.posthorn.internal.postgresql.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The limits of the writer's transactions. One of a process that stands still ends before the
 * process's lease: it has locked the row that whoever takes over must change.
 */
@ExtendWith(PostgresqlExtension.class)
class WriterLimitsTest {
  private final TestDatabase database;

  WriterLimitsTest(TestDatabase database) {
    this.database = database;
  }

  @ParameterizedTest
  @CsvSource({"3, 1500ms", "10, 5s", "60, 10s"})
  void aTransactionEndsBeforeTheLease(int leaseSeconds, String idle) {
    PostgresqlOptions options =
        PostgresqlOptions.builder(database.url())
            .lease(Duration.ofSeconds(leaseSeconds), Duration.ofMillis(500))
            .build();
    try (Sessions sessions = Database.of(options).sessions(new OpenFence())) {
      String limits =
          sessions
              .writer()
              .transact(
                  session -> {
                    try (Statement statement = session.connection().createStatement();
                        var row =
                            statement.executeQuery(
                                "SELECT concat_ws(' ', current_setting('statement_timeout'),"
                                    + " current_setting('lock_timeout'),"
                                    + " current_setting('idle_in_transaction_session_timeout'),"
                                    + " current_setting('transaction_isolation'))")) {
                      row.next();
                      return row.getString(1);
                    }
                  });
      assertThat(limits).isEqualTo("10s 5s " + idle + " read committed");
    }
  }
}
