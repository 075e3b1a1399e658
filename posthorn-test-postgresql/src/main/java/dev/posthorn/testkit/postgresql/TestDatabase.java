package dev.posthorn.testkit.postgresql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A database of one test.
 *
 * @param server the server that has it
 * @param name its name
 */
public record TestDatabase(EmbeddedPostgresql server, String name) implements AutoCloseable {

  /** Returns its JDBC URL, for the superuser. */
  public String url() {
    return server.url(name, "postgres");
  }

  /** Returns its JDBC URL, for a user. */
  public String url(String user) {
    return server.url(name, user);
  }

  /** Returns its JDBC URL for the superuser, through a proxy that listens on a port. */
  public String urlThrough(int port) {
    return url().replace(":" + server.port() + "/", ":" + port + "/");
  }

  /** Opens a connection of the superuser. */
  public Connection connect() throws SQLException {
    return server.connect(name);
  }

  /** Runs a statement as the superuser. */
  public void execute(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql + ": " + e.getMessage(), e);
    }
  }

  /** Returns the first column of a query's rows, as text. */
  public List<@Nullable String> query(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<@Nullable String> found = new ArrayList<>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      return found;
    } catch (SQLException e) {
      throw new IllegalStateException(sql + ": " + e.getMessage(), e);
    }
  }

  /** Ends the backends of everybody who is connected to it, as a failover would. */
  public void terminateBackends() {
    execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
  }

  /** Drops the database, whoever is connected to it. */
  @Override
  public void close() {
    server.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
  }
}
