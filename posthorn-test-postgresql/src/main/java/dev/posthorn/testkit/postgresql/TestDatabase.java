package dev.posthorn.testkit.postgresql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A database of one test. */
public final class TestDatabase implements AutoCloseable {
  private static final int ANSWER_SECONDS = 5;

  private final EmbeddedPostgresql server;
  private final String name;

  /** A session of the superuser that nobody uses: each new one costs the server a process. */
  private final AtomicReference<@Nullable Connection> idle = new AtomicReference<>();

  /** Work with a statement. */
  private interface Work<T> {
    T run(Statement statement) throws SQLException;
  }

  /**
   * Creates a reference to a database that exists.
   *
   * @param server the server that has it
   */
  public TestDatabase(EmbeddedPostgresql server, String name) {
    this.server = server;
    this.name = name;
  }

  /** Returns the server that has it. */
  public EmbeddedPostgresql server() {
    return server;
  }

  /** Returns its name. */
  public String name() {
    return name;
  }

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
    var unused = run(sql, statement -> statement.execute(sql));
  }

  /** Returns the first column of a query's rows, as text. */
  public List<@Nullable String> query(String sql) {
    return run(
        sql,
        statement -> {
          List<@Nullable String> found = new ArrayList<>();
          try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
              found.add(rows.getString(1));
            }
          }
          return found;
        });
  }

  private <T> T run(String sql, Work<T> work) {
    try {
      Connection session = session();
      try (Statement statement = session.createStatement()) {
        return work.run(statement);
      } finally {
        if (!idle.compareAndSet(null, session)) {
          session.close();
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(sql + ": " + e.getMessage(), e);
    }
  }

  /** Returns the idle session, or a new one if another thread uses that, or the server ended it. */
  private Connection session() throws SQLException {
    Connection kept = idle.getAndSet(null);
    if (kept == null) {
      return connect();
    }
    if (kept.isValid(ANSWER_SECONDS)) {
      return kept;
    }
    kept.close();
    return connect();
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
    Connection kept = idle.getAndSet(null);
    if (kept != null) {
      try {
        kept.close();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
