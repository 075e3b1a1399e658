package dev.posthorn.internal.postgresql.connection;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A read in a transaction of its own, which ends with it. */
final class ReadTransaction {
  private ReadTransaction() {}

  /**
   * Runs a read on a connection. If it fails, the connection is in an unknown state.
   *
   * @param prelude the statements that the transaction must begin with, or null
   */
  static <T> @Nullable T run(Session session, @Nullable String prelude, Readers.Find<T> find)
      throws SQLException {
    if (prelude != null) {
      PreparedConnection.run(session.connection(), prelude);
    }
    T found = find.run(session);
    session.connection().commit(); // nothing was written: this only ends the transaction
    return found;
  }
}
