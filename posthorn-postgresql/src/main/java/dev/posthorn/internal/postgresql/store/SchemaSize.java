package dev.posthorn.internal.postgresql.store;

import dev.posthorn.internal.postgresql.connection.Readers;
import dev.posthorn.internal.postgresql.sql.Query;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The size of the tables, as of the last ten seconds. Health checks and metrics ask for it: they
 * must not wait for a database that is away, and the size of many files costs it something. So it
 * is read on a thread of its own. Thread-safe.
 */
final class SchemaSize {
  private static final Logger LOG = LoggerFactory.getLogger(SchemaSize.class);
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** The time to wait for the first read. */
  private static final long FIRST_MILLIS = 1_000;

  private static final String BYTES =
      "SELECT coalesce(sum(pg_catalog.pg_total_relation_size(c.oid)), 0)::bigint"
          + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE n.nspname = ? AND c.relkind = 'r'";

  private final Readers readers;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable CompletableFuture<Long> reading;
  private long readAt;
  private volatile long known = -1;

  SchemaSize(Readers readers, LongSupplier nanoTime) {
    this.readers = readers;
    this.nanoTime = nanoTime;
  }

  /** Returns the size in bytes that was read last, or -1 if none could be read so far. */
  long bytes() {
    CompletableFuture<Long> running = refresh();
    if (known < 0 && running != null) {
      try {
        var unused = running.get(FIRST_MILLIS, TimeUnit.MILLISECONDS);
      } catch (ExecutionException | TimeoutException e) {
        LOG.debug("Size of the schema is unknown so far", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return known;
  }

  /** Begins to read unless that was done just now; returns the read that runs, if there is one. */
  private @Nullable CompletableFuture<Long> refresh() {
    lock.lock();
    try {
      CompletableFuture<Long> present = reading;
      long now = nanoTime.getAsLong();
      if (present != null && (!present.isDone() || now - readAt < FRESH_NANOS)) {
        return present.isDone() ? null : present;
      }
      CompletableFuture<Long> next = new CompletableFuture<>();
      Thread.ofVirtual().name("posthorn-size").start(() -> read(next));
      readAt = now;
      reading = next;
      return next;
    } finally {
      lock.unlock();
    }
  }

  private void read(CompletableFuture<Long> result) {
    try {
      known =
          readers.read(
              session ->
                  Objects.requireNonNull(
                      Query.one(session, row -> row.getLong(1), BYTES, session.schema().name())));
      result.complete(known);
    } catch (Throwable e) { // the next one tries again
      result.completeExceptionally(e);
    }
  }
}
