package dev.posthorn.internal.postgresql.lease;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.postgresql.connection.Database;
import dev.posthorn.internal.postgresql.connection.Sessions;
import dev.posthorn.spi.store.StoreException;
import java.sql.Statement;
import java.time.Duration;

/**
 * A process that writes rows one after the other, as fast as it can, for as long as it owns the
 * schema. It says in the table {@code said} how it ended.
 */
final class WritingProcess {
  private WritingProcess() {}

  public static void main(String[] arguments) throws Exception {
    Database database =
        Database.of(
            PostgresqlOptions.builder(arguments[0])
                .lease(Duration.ofSeconds(3), Duration.ofMillis(200))
                .build());
    try (OwnedLease lease = LeaseAcquisition.acquire(database);
        Sessions sessions = database.sessions(lease)) {
      while (write(sessions)) {
        // until another process has taken over
      }
      say(database, "fenced, lease held: " + lease.isHeld());
    }
  }

  /** Writes a row; returns whether this process may go on. */
  private static boolean write(Sessions sessions) {
    try {
      sessions
          .writer()
          .transact(
              session -> {
                try (Statement statement = session.connection().createStatement()) {
                  return statement.execute("INSERT INTO posthorn.mark (writer) VALUES (1)");
                }
              });
      return true;
    } catch (StoreException e) {
      return e.reason() != StoreException.Reason.FENCED; // the rest is tried again, as engines do
    }
  }

  private static void say(Database database, String text) throws Exception {
    try (var connection = database.forLease()) {
      connection.transact(
          session -> {
            try (Statement statement = session.connection().createStatement()) {
              return statement.execute("INSERT INTO posthorn.said VALUES ('" + text + "')");
            }
          });
    }
  }
}
