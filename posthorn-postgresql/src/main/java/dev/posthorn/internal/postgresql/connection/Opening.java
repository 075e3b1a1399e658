package dev.posthorn.internal.postgresql.connection;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens connections within a time, on threads of their own: a DataSource without timeouts waits
 * forever for a network that has gone silent. A connection that comes too late is closed.
 */
final class Opening {
  private static final Logger LOG = LoggerFactory.getLogger(Opening.class);
  private static final int MAX_HUNG = 8;

  private final ConnectionSource source;
  private final Duration limit;
  private final Semaphore threads = new Semaphore(MAX_HUNG);

  Opening(ConnectionSource source, Duration limit) {
    this.source = source;
    this.limit = limit;
  }

  ConnectionSource source() {
    return source;
  }

  Duration limit() {
    return limit;
  }

  /** Opens a connection, or fails after the limit. */
  Connection open() throws SQLException {
    if (!threads.tryAcquire()) {
      throw late();
    }
    CompletableFuture<Connection> future = new CompletableFuture<>();
    try {
      Thread.ofPlatform()
          .name("posthorn-connect")
          .daemon()
          .start(
              () -> {
                try {
                  future.complete(source.open());
                } catch (Throwable e) {
                  future.completeExceptionally(e);
                } finally {
                  threads.release();
                }
              });
    } catch (Throwable e) { // no thread left
      threads.release();
      throw e;
    }
    return await(future);
  }

  private Connection await(CompletableFuture<Connection> future) throws SQLException {
    try {
      Connection opened = future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (opened == null) {
        throw new SQLTransientConnectionException(
            "the DataSource returned no connection", SqlState.CANNOT_CONNECT);
      }
      return opened;
    } catch (ExecutionException e) {
      throw failure(e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      closeLate(future);
      throw late();
    } catch (InterruptedException e) {
      closeLate(future);
      Thread.currentThread().interrupt();
      throw new SQLTransientConnectionException(
          "interrupted while connecting", SqlState.CANNOT_CONNECT, e);
    }
  }

  private static SQLException failure(Throwable cause) {
    if (cause instanceof SQLException sql) {
      return sql;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return new SQLException("the DataSource failed: " + cause, SqlState.CANNOT_CONNECT, cause);
  }

  private SQLException late() {
    return new SQLTransientConnectionException(
        "no connection within " + limit.toSeconds() + " s", SqlState.CANNOT_CONNECT);
  }

  private static void closeLate(CompletableFuture<Connection> future) {
    var unused =
        future.thenAccept(
            connection -> {
              try {
                connection.close();
              } catch (SQLException e) {
                LOG.debug("Failed to close a connection that came too late", e);
              }
            });
  }
}
