package dev.posthorn.store.postgresql;

import dev.posthorn.testkit.chaos.ChaosDatabase;
import dev.posthorn.testkit.chaos.DatabaseChaos;
import dev.posthorn.testkit.chaos.Fault;
import dev.posthorn.testkit.postgresql.EmbeddedPostgresql;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * Faults of a database under load: one of each kind, for half a minute. {@code bin/posthorn bench
 * chaos} makes all of them.
 */
class PostgresqlChaosTest extends DatabaseChaos {
  private static final String ROLE = "chaos";

  @Override
  protected ChaosDatabase database() throws IOException {
    EmbeddedPostgresql server = EmbeddedPostgresql.start(); // of its own: it crashes
    TestDatabase database = server.createDatabase();
    server.execute("CREATE ROLE " + ROLE + " LOGIN");
    server.execute("ALTER DATABASE " + database.name() + " OWNER TO " + ROLE);
    return new Embedded(server, database.url(ROLE));
  }

  @Override
  protected Collection<Fault> faults() {
    return List.of(
        Fault.TERMINATED_BEFORE_COMMIT,
        Fault.TERMINATED_DURING_COMMIT,
        Fault.TERMINATED_AFTER_COMMIT,
        Fault.CRASHED,
        Fault.READ_ONLY,
        Fault.DEADLOCK,
        Fault.CLOCK_AHEAD);
  }

  @Override
  protected Duration outage() {
    return Duration.ofMillis(500);
  }

  private record Embedded(EmbeddedPostgresql server, String url) implements ChaosDatabase {
    @Override
    public boolean stoppable() {
      return true;
    }

    @Override
    public void stop(boolean crash) throws IOException {
      if (crash) {
        server.crash();
      } else {
        server.stop();
      }
    }

    @Override
    public void start() throws IOException {
      server.startServer();
    }

    @Override
    public void close() {
      server.close();
    }
  }
}
