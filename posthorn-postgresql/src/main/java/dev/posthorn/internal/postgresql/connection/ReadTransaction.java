package dev.posthorn.internal.postgresql.connection;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgConnection;

/** A read in a transaction of its own, which ends with it. */
final class ReadTransaction {
  private ReadTransaction() {}

  /**
   * Runs a read on a connection. If it fails, the connection is in an unknown state.
   *
   * @param prelude the statements that the transaction must begin with, or null
   * @param one whether the read is one statement
   */
  static <T> @Nullable T run(
      Session session, @Nullable String prelude, Readers.Find<T> find, boolean one)
      throws SQLException {
    return one ? runOne(session, prelude, find) : run(session, prelude, find);
  }

  private static <T> @Nullable T run(
      Session session, @Nullable String prelude, Readers.Find<T> find) throws SQLException {
    if (prelude != null) {
      PreparedConnection.run(session.connection(), prelude);
    }
    T found = find.run(session);
    session.connection().commit(); // nothing was written: this only ends the transaction
    return found;
  }

  /** Runs a read that is one statement, as {@link #run} does if there is a prelude. */
  private static <T> @Nullable T runOne(
      Session session, @Nullable String prelude, Readers.Find<T> find) throws SQLException {
    if (prelude != null) {
      return run(session, prelude, find);
    }
    // Of the driver itself: a pool would restore it on a connection that it gives up.
    PgConnection driver = session.connection().unwrap(PgConnection.class);
    driver.setAutoCommit(true);
    T found = find.run(session);
    driver.setAutoCommit(false);
    return found;
  }
}
