package dev.posthorn.internal.inbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of the relay with its statements. Each statement is a transaction of its own. The
 * connection is given back as it came.
 */
final class RelayConnection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RelayConnection.class);

  /** The time without an answer after which a connection counts as lost. */
  private static final int ANSWER_MILLIS = 30_000;

  private static final int NOT_SET = -1;

  private final Connection connection;
  private final Dialect dialect;
  private final boolean autoCommit;
  private final int isolation;
  private final int networkTimeout;
  private final Map<String, PreparedStatement> statements = new HashMap<>();

  private RelayConnection(Connection connection) throws SQLException {
    this.connection = connection;
    this.dialect = Dialect.of(connection);
    this.autoCommit = connection.getAutoCommit();
    if (!autoCommit) {
      connection.setAutoCommit(true);
    }
    this.isolation = readCommitted(connection, dialect);
    this.networkTimeout = limitAnswers(connection);
  }

  /** Takes a connection. */
  static RelayConnection open(DataSource source) throws SQLException {
    Connection connection = source.getConnection();
    if (connection == null) {
      throw new SQLException("the DataSource returned null instead of a connection");
    }
    try {
      return new RelayConnection(connection);
    } catch (SQLException | RuntimeException | Error e) {
      closeQuietly(connection);
      throw e;
    }
  }

  /**
   * Makes a connection read what is committed, and returns the isolation that it had before, or
   * {@value #NOT_SET} if that may stay: a lower one would relay rows that are rolled back later,
   * and with a higher one MySQL locks gaps that users insert into.
   */
  private static int readCommitted(Connection connection, Dialect dialect) throws SQLException {
    if (dialect == Dialect.POSTGRESQL || dialect == Dialect.SQLITE) {
      return NOT_SET; // never reads less, and locks no gaps
    }
    int before = connection.getTransactionIsolation();
    if (before == Connection.TRANSACTION_READ_COMMITTED
        || (before != Connection.TRANSACTION_READ_UNCOMMITTED && !dialect.locksGaps())) {
      return NOT_SET;
    }
    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    return before;
  }

  /**
   * Makes the driver give up a connection that does not answer, and returns the time that was set
   * before, or {@value #NOT_SET} if the driver cannot.
   */
  private static int limitAnswers(Connection connection) {
    try {
      int before = connection.getNetworkTimeout();
      if (before == 0 || before > ANSWER_MILLIS) {
        connection.setNetworkTimeout(Runnable::run, ANSWER_MILLIS);
        return before;
      }
      return NOT_SET;
    } catch (SQLException | RuntimeException | LinkageError e) {
      return NOT_SET; // an embedded database has no network
    }
  }

  Dialect dialect() {
    return dialect;
  }

  /** Returns a statement, which is prepared once. */
  PreparedStatement prepare(String sql) throws SQLException {
    PreparedStatement known = statements.get(sql);
    if (known == null) {
      known = connection.prepareStatement(sql);
      statements.put(sql, known);
    }
    return known;
  }

  /** Ends it from another thread, whatever it waits for. */
  void abort() {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException | RuntimeException | LinkageError e) {
      closeQuietly(connection);
    }
  }

  @Override
  public void close() {
    for (PreparedStatement each : statements.values()) {
      closeQuietly(each);
    }
    try {
      if (!connection.isClosed()) {
        if (networkTimeout != NOT_SET) {
          connection.setNetworkTimeout(Runnable::run, networkTimeout);
        }
        if (isolation != NOT_SET) {
          connection.setTransactionIsolation(isolation);
        }
        if (!autoCommit) {
          connection.setAutoCommit(false);
        }
      }
    } catch (SQLException | RuntimeException e) {
      LOG.debug("Connection of the inbox relay could not be given back as it came", e);
    }
    closeQuietly(connection);
  }

  private static void closeQuietly(AutoCloseable closed) {
    try {
      closed.close();
    } catch (Exception e) {
      LOG.debug("Part of the inbox relay's connection could not be closed", e);
    }
  }
}
