package dev.posthorn.server.nodes;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.store.postgresql.PostgresqlNodes;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The processes on a PostgreSQL schema. Each look opens a connection, so there is at most one in a
 * second, however many people watch.
 */
final class DatabaseNodes implements Nodes {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final PostgresqlOptions options;
  private @Nullable PostgresqlNodes last;
  private long readAt;

  DatabaseNodes(PostgresqlOptions options) {
    this.options = options;
  }

  @Override
  public boolean areShared() {
    return true;
  }

  @Override
  public synchronized PostgresqlNodes read() {
    PostgresqlNodes known = last;
    if (known == null || System.nanoTime() - readAt >= FRESH_NANOS) {
      known = PostgresqlNodes.read(options);
      last = known;
      readAt = System.nanoTime();
    }
    return known;
  }

  @Override
  public synchronized boolean drain(long id, boolean draining) {
    last = null;
    return draining ? PostgresqlNodes.drain(options, id) : PostgresqlNodes.cancelDrain(options, id);
  }
}
