package dev.posthorn.bench.kill;

import dev.posthorn.testkit.postgresql.EmbeddedPostgresql;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.io.IOException;
import java.util.List;

/** A database of a PostgreSQL server that is not killed, and syncs its files. */
record PostgresqlKillStore(TestDatabase database) implements KillStore {
  /** The shortest lease, because each server that starts waits for that of the killed one. */
  private static final String LEASE = "3s";

  static PostgresqlKillStore create() throws IOException {
    return new PostgresqlKillStore(
        EmbeddedPostgresql.builder().sync(true).start().createDatabase());
  }

  @Override
  public String place() {
    return database.url();
  }

  @Override
  public List<String> serverFlags() {
    return List.of("--store", place(), "--lease", LEASE);
  }

  @Override
  public boolean hasWaiting() {
    return !database
        .query("SELECT id FROM posthorn.hot UNION ALL SELECT id FROM posthorn.parked LIMIT 1")
        .isEmpty();
  }

  @Override
  public void close() {
    database.server().close();
  }
}
