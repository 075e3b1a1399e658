package dev.posthorn.internal.postgresql.connection;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
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
    /** No statements. */
    Statements NONE =
        new Statements() {
          @Override
          public String sql() {
            return "";
          }

          @Override
          public void bind(PreparedStatement statement) {}
        };

    /** Returns the statements, separated by semicolons. */
    String sql();

    /** Sets the parameters. */
    void bind(PreparedStatement statement) throws SQLException;
  }

  /** A condition of a transaction. It is sent together with the check of ownership. */
  interface Condition {
    /** Returns a query with one row. */
    String sql();

    /** Looks at the row; an exception rolls the transaction back. */
    void check(ResultSet row) throws SQLException;
  }

  /** Runs and commits a transaction, durably. */
  <T> T transact(Work<T> work);

  /** Runs and commits a transaction, durably, if a condition holds. */
  <T> T transact(Condition condition, Work<T> work);

  /**
   * Runs and commits a transaction of statements, durably, if a condition holds. They are sent
   * together with the check of ownership and the condition, so the transaction takes two round
   * trips, with that of its commit.
   */
  void transact(Condition condition, Statements statements);

  /**
   * Runs and commits a transaction that a crash of the database server may undo: for work that is
   * done again if it is lost.
   */
  <T> T transactLazily(Work<T> work);
}
