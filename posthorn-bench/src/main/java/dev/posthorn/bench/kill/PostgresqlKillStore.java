package dev.posthorn.bench.kill;

import dev.posthorn.testkit.postgresql.EmbeddedPostgresql;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.io.IOException;

/** A database of a PostgreSQL server that is not killed, and syncs its files. */
record PostgresqlKillStore(TestDatabase database) implements KillStore {

  static PostgresqlKillStore create() throws IOException {
    return new PostgresqlKillStore(
        EmbeddedPostgresql.builder().sync(true).start().createDatabase());
  }

  @Override
  public String place() {
    return database.url();
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
