package dev.posthorn.server.nodes;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.store.postgresql.PostgresqlNodes;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The processes on a PostgreSQL schema. Each look opens a connection, so there is at most one in a
 * second, however many people watch, and nobody waits long for that of another one: a database that
 * does not answer must not take the threads that answer requests.
 */
final class DatabaseNodes implements Nodes {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long WAIT_MILLIS = 300;

  private final PostgresqlOptions options;
  private final LongSupplier nanoTime;
  private final ReentrantLock looking = new ReentrantLock();
  private volatile @Nullable Look last;

  /** A look, which has a result or a failure. */
  private record Look(
      @Nullable PostgresqlNodes nodes, @Nullable StoreException failure, long nanos) {
    PostgresqlNodes result() {
      if (nodes == null) {
        StoreException why = failure;
        throw why == null
            ? new IllegalStateException("a look without a result")
            : new StoreException(why.reason(), String.valueOf(why.getMessage()), why);
      }
      return nodes;
    }
  }

  DatabaseNodes(PostgresqlOptions options) {
    this(options, System::nanoTime);
  }

  DatabaseNodes(PostgresqlOptions options, LongSupplier nanoTime) {
    this.options = options;
    this.nanoTime = nanoTime;
  }

  @Override
  public boolean areShared() {
    return true;
  }

  @Override
  public PostgresqlNodes read() {
    Look known = last;
    return (known != null && isFresh(known) ? known : alone(this::look)).result();
  }

  private boolean isFresh(Look look) {
    return nanoTime.getAsLong() - look.nanos < FRESH_NANOS;
  }

  private Look look() {
    Look known = last;
    if (known != null && isFresh(known)) {
      return known; // another thread has just looked
    }
    Look made;
    try {
      PostgresqlNodes nodes = PostgresqlNodes.read(options);
      made = new Look(nodes, null, nanoTime.getAsLong());
    } catch (StoreException e) {
      made = new Look(null, e, nanoTime.getAsLong());
    }
    last = made;
    return made;
  }

  @Override
  public boolean drain(long id, boolean draining) {
    return alone(
        () -> {
          last = null;
          return draining
              ? PostgresqlNodes.drain(options, id)
              : PostgresqlNodes.cancelDrain(options, id);
        });
  }

  private <T> T alone(Supplier<T> action) {
    try {
      if (!looking.tryLock(WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new StoreException(
            StoreException.Reason.IO, "an earlier request to it is still under way", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(StoreException.Reason.IO, "interrupted", e);
    }
    try {
      return action.get();
    } finally {
      looking.unlock();
    }
  }
}
