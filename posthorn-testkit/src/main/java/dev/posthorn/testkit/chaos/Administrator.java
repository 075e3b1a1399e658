package dev.posthorn.testkit.chaos;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A session of the same user that does not go through the proxy. Used by one thread at a time. */
final class Administrator implements AutoCloseable {
  private final String url;
  private Connection session;

  Administrator(String url) throws SQLException {
    this.url = url;
    this.session = connect();
  }

  /** Opens another session. */
  Connection connect() throws SQLException {
    return DriverManager.getConnection(url);
  }

  /** Opens a session again after the server was stopped. */
  synchronized void reconnect() throws SQLException {
    session.close();
    session = connect();
  }

  /** Runs a statement. */
  synchronized void execute(String sql) throws SQLException {
    try (var statement = session.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Returns the first column of a query's rows, as text. */
  synchronized List<String> query(String sql) throws SQLException {
    List<String> found = new ArrayList<>();
    try (var statement = session.createStatement();
        var rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }

  /** Returns whether the server has a session that comes from a port. */
  boolean hasSession(int port) throws SQLException {
    return !query("SELECT pid FROM pg_stat_activity WHERE client_port = " + port).isEmpty();
  }

  /** Terminates the session that comes from a port, without waiting for its end. */
  void terminate(int port) throws SQLException {
    query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE client_port = " + port);
  }

  /** Terminates the session that comes from a port, and waits for its end. */
  void terminateAndWait(int port) throws SQLException {
    query(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE client_port = " + port);
  }

  /** Changes a setting of all later sessions of this user. */
  void setForRole(String setting, String value) throws SQLException {
    execute("ALTER ROLE CURRENT_USER SET " + setting + " = " + value);
  }

  /** Takes back a setting of this user. */
  void resetForRole(String setting) throws SQLException {
    execute("ALTER ROLE CURRENT_USER RESET " + setting);
  }

  @Override
  public synchronized void close() throws SQLException {
    session.close();
  }
}
