package dev.posthorn.internal.postgresql.connection;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection with the limits of its purpose. If nobody else uses it, its session has them.
 * Otherwise each transaction sets them, and nothing of it stays: a pooler on the way may give each
 * transaction another session, and a pool of the user's program gets the connection back.
 */
final class PreparedConnection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PreparedConnection.class);

  /** Runs what the driver has to do when an answer is late: it only closes the socket. */
  private static final Executor HERE = Runnable::run;

  private final Connection connection;
  private final @Nullable String prelude;
  private final int prepareThreshold;
  private final int process;
  private final int network;
  private final boolean autoCommit;

  private PreparedConnection(Builder builder) {
    this.connection = builder.connection;
    this.prelude = builder.prelude;
    this.prepareThreshold = builder.prepareThreshold;
    this.process = builder.process;
    this.network = builder.network;
    this.autoCommit = builder.autoCommit;
  }

  /** The state of a connection before it was prepared, and its prelude. */
  private static final class Builder {
    final Connection connection;
    final boolean autoCommit;
    final int network;
    int prepareThreshold = -1;
    int process;
    @Nullable String prelude;

    Builder(Connection connection) throws SQLException {
      this.connection = connection;
      this.autoCommit = connection.getAutoCommit();
      this.network = connection.getNetworkTimeout();
    }
  }

  /** Opens a connection and prepares it. */
  static PreparedConnection open(Opening opening, SessionSettings settings) throws SQLException {
    Connection connection = opening.open();
    try {
      return prepare(connection, opening.source().ends(), settings);
    } catch (SQLException | RuntimeException | Error e) {
      close(connection);
      throw e;
    }
  }

  private static PreparedConnection prepare(
      Connection connection, boolean ends, SessionSettings settings) throws SQLException {
    Builder builder = new Builder(connection);
    connection.setNetworkTimeout(HERE, Math.toIntExact(settings.network().toMillis()));
    if (!connection.getAutoCommit()) {
      connection.rollback(); // whatever its DataSource began
    }
    connection.setAutoCommit(true);
    PGConnection driver = connection.unwrap(PGConnection.class);
    boolean pooler = hasPooler(connection);
    builder.process = pooler ? 0 : driver.getBackendPID();
    if (pooler) {
      builder.prepareThreshold = driver.getPrepareThreshold();
      driver.setPrepareThreshold(0);
    }
    if (ends && !pooler) {
      run(connection, settings.forSession());
    } else {
      builder.prelude = settings.forTransaction();
    }
    connection.setAutoCommit(false);
    return new PreparedConnection(builder);
  }

  /**
   * Returns whether a pooler is on the way: it makes up the process id that the client gets at the
   * start, because it has no server process to itself.
   */
  static boolean hasPooler(Connection connection) throws SQLException {
    int told = connection.unwrap(PGConnection.class).getBackendPID();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
      return row.next() && row.getInt(1) != told;
    }
  }

  Connection connection() {
    return connection;
  }

  /** Returns the statements that each transaction must begin with, or null. */
  @Nullable String prelude() {
    return prelude;
  }

  /** Returns the server's process, or 0 if it is unknown, since a pooler is on the way. */
  int process() {
    return process;
  }

  /** Begins a transaction: the driver sends BEGIN with the next statement. */
  void begin() throws SQLException {
    if (prelude != null) {
      run(connection, prelude);
    }
  }

  /** Returns whether the server answers soon. */
  boolean answers(Duration limit) {
    try {
      return connection.isValid(Math.toIntExact(Math.max(1, limit.toSeconds())));
    } catch (SQLException e) {
      return false;
    }
  }

  /** Rolls back, and gives the connection back as it was. */
  @Override
  public void close() {
    try {
      if (!connection.isClosed()) {
        restore();
      }
    } catch (SQLException e) {
      LOG.debug("Failed to restore a connection", e);
    }
    close(connection);
  }

  private void restore() throws SQLException {
    connection.rollback();
    if (prepareThreshold >= 0) {
      connection.unwrap(PGConnection.class).setPrepareThreshold(prepareThreshold);
    }
    connection.setAutoCommit(autoCommit);
    connection.setNetworkTimeout(HERE, network);
  }

  /** Closes a connection in an unknown state, without a word to the server. */
  void abort() {
    try {
      connection.abort(HERE);
    } catch (SQLException | RuntimeException e) {
      LOG.debug("Failed to abort a connection", e);
    }
    close(connection);
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debug("Failed to close a connection", e);
    }
  }

  static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
