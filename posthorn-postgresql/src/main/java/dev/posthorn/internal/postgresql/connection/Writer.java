package dev.posthorn.internal.postgresql.connection;

import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Executor of writing transactions on a connection of its own, one at a time. The first statement
 * of each checks that this process still owns what it writes to.
 *
 * <p>If a transaction fails, {@link dev.posthorn.spi.store.StoreException} tells whether it may
 * have been written; the connection is replaced unless it is known to be intact. An exception of
 * the work that is not one of the database rolls back, too.
 */
public interface Writer {

  /** The work of a transaction, at {@code READ COMMITTED}. */
  interface Work<T> {
    T run(Session session) throws SQLException;
  }

  /** Statements with parameters, which return no rows. */
  interface Statements {
    /** Returns the statements, separated by semicolons. */
    String sql();

    /** Sets the parameters. */
    void bind(PreparedStatement statement) throws SQLException;
  }

  /** Runs and commits a transaction, durably. */
  <T> T transact(Work<T> work);

  /**
   * Runs and commits a transaction of statements, durably. They are sent together with the check of
   * ownership, so the transaction takes two round trips, with that of its commit.
   */
  void transact(Statements statements);

  /**
   * Runs and commits a transaction that a crash of the database server may undo: for work that is
   * done again if it is lost.
   */
  <T> T transactLazily(Work<T> work);
}
