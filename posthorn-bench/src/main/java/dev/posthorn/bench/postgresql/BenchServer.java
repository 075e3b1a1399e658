package dev.posthorn.bench.postgresql;

import dev.posthorn.testkit.postgresql.EmbeddedPostgresql;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * A PostgreSQL server that syncs its files, with its default settings.
 *
 * @param postgresql the server
 * @param processes its processes
 * @param version its version, for people
 */
record BenchServer(EmbeddedPostgresql postgresql, ServerProcesses processes, String version)
    implements AutoCloseable {

  /** Starts one. */
  static BenchServer start() throws IOException, SQLException {
    EmbeddedPostgresql postgresql = EmbeddedPostgresql.builder().sync(true).start();
    try (Connection connection = postgresql.connect("postgres");
        var statement = connection.createStatement();
        var row =
            statement.executeQuery("SELECT pg_backend_pid(), current_setting('server_version')")) {
      row.next();
      ProcessHandle session = ProcessHandle.of(row.getLong(1)).orElseThrow();
      return new BenchServer(
          postgresql,
          new ServerProcesses(session.parent().orElseThrow()),
          "PostgreSQL " + row.getString(2));
    } catch (SQLException | RuntimeException e) {
      postgresql.close();
      throw e;
    }
  }

  /** Creates an empty database. */
  TestDatabase createDatabase() {
    return postgresql.createDatabase();
  }

  /** Writes all changed pages, so that each changed page is logged whole from now on. */
  void checkpoint() {
    postgresql.execute("CHECKPOINT");
  }

  @Override
  public void close() {
    postgresql.close();
  }
}
