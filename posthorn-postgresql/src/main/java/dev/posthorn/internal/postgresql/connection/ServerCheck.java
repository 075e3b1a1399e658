package dev.posthorn.internal.postgresql.connection;

import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks at the start that server and connections are what a store needs. */
final class ServerCheck {
  private static final Logger LOG = LoggerFactory.getLogger(ServerCheck.class);
  private static final int OLDEST = 14;
  private static final int VERSION_UNIT = 10_000;

  private final Database database;
  private final Opening opening;

  ServerCheck(Database database, Opening opening) {
    this.database = database;
    this.opening = opening;
  }

  void run() {
    try (Connection connection = opening.open()) {
      requireDriver(connection);
      boolean autoCommit = connection.getAutoCommit();
      try {
        requireTransactions(connection);
        requireServer(connection);
      } finally {
        restore(connection, autoCommit);
      }
    } catch (SQLException e) {
      throw database.errors().of(e);
    }
  }

  private static void restore(Connection connection, boolean autoCommit) {
    try {
      if (!connection.isClosed()) {
        connection.rollback();
        connection.setAutoCommit(autoCommit);
      }
    } catch (SQLException e) {
      LOG.debug("Failed to restore a connection", e);
    }
  }

  private void requireDriver(Connection connection) throws SQLException {
    if (connection.isClosed()) {
      throw wrong(
          "dataSource", "returned a closed connection", "return an open one for each call", null);
    }
    boolean driver;
    try {
      driver = connection.isWrapperFor(PGConnection.class);
    } catch (SQLException | RuntimeException e) {
      driver = false;
    }
    if (!driver) {
      String product;
      try {
        product = connection.getMetaData().getDatabaseProductName();
      } catch (SQLException e) {
        product = "an unknown database";
      }
      throw wrong(
          "dataSource",
          "connects to "
              + product
              + " with a driver whose connections cannot be unwrapped to org.postgresql",
          "use PostgreSQL's own driver",
          null);
    }
  }

  /**
   * Requires that this process decides where a transaction begins and ends: a connection that
   * belongs to a transaction manager, or ignores {@code setAutoCommit(false)}, would commit half of
   * a batch.
   */
  private void requireTransactions(Connection connection) throws SQLException {
    try {
      if (!connection.getAutoCommit()) {
        connection.rollback();
      }
      connection.setAutoCommit(false);
      String began = text(connection, "SELECT transaction_timestamp()::text");
      boolean same =
          text(connection, "SELECT transaction_timestamp()::text").equals(began)
              && !connection.getAutoCommit();
      if (same) {
        connection.commit();
      } else {
        throw wrong(
            "dataSource",
            "gives connections that commit each statement, even after setAutoCommit(false)",
            "use a source whose connections are not managed by others",
            null);
      }
    } catch (SQLException e) {
      if (SqlState.of(e) != null) {
        throw e;
      }
      throw wrong(
          "dataSource",
          "gives connections on which transactions cannot be committed, as those of an XA or JTA"
              + " data source ("
              + e.getMessage()
              + ")",
          "use one that is not part of a transaction manager",
          e);
    }
  }

  private void requireServer(Connection connection) throws SQLException {
    int version = Integer.parseInt(text(connection, "SHOW server_version_num"));
    if (version < OLDEST * VERSION_UNIT) {
      throw wrong(
          "server",
          "is PostgreSQL " + text(connection, "SHOW server_version"),
          "use " + OLDEST + " or later",
          null);
    }
    String encoding = text(connection, "SHOW server_encoding");
    if (!encoding.equals("UTF8")) {
      throw wrong(
          "database",
          "has the encoding " + encoding + ", which cannot store every message",
          "create one with ENCODING 'UTF8' TEMPLATE template0",
          null);
    }
    if (text(connection, "SELECT pg_is_in_recovery()").equals("t")) {
      throw wrong(
          "server",
          "is a standby, which cannot be written to",
          "name the primary; with several hosts in the URL, add targetServerType=primary",
          null);
    }
    if (text(connection, "SHOW transaction_read_only").equals("on")) {
      throw wrong(
          "dataSource",
          "gives read-only connections",
          "use one without setReadOnly(true), and check default_transaction_read_only of the role"
              + " and the database",
          null);
    }
    if (text(connection, "SHOW fsync").equals("off")) {
      LOG.warn(
          "The server does not sync its files (fsync = off): a crash of its machine loses accepted"
              + " messages");
    }
    if (PreparedConnection.hasPooler(connection)) {
      LOG.info("Connected through a pooler: each transaction sets its own limits");
    }
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }

  private StoreException wrong(
      String field, String problem, String remedy, @Nullable Throwable cause) {
    return new StoreException(
        Reason.IO, database.where() + ": the " + field + " " + problem + "; " + remedy, cause);
  }
}
