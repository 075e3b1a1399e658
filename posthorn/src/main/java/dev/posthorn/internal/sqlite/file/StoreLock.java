package dev.posthorn.internal.sqlite.file;

import dev.posthorn.internal.file.FileFailure;
import dev.posthorn.internal.file.OwnerOnly;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConnection;

/**
 * The right to be the only one that has a store open, held through a lock on a file beside it.
 *
 * <p>The lock is SQLite's own, on an empty file. A lock of Java's would be lost on POSIX systems as
 * soon as anything in this process closes the lock file, and to find out that the store is already
 * open here one has to open and close it. The operating system gives the lock back when the process
 * ends, however it ends. The file stays: deleting it would let two processes hold "the" lock.
 */
public final class StoreLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreLock.class);
  private static final long TRY_NANOS = 100_000_000;

  private final SQLiteConnection connection;

  private StoreLock(SQLiteConnection connection) {
    this.connection = connection;
  }

  /**
   * Takes the lock of a store.
   *
   * @param wait how long to wait while somebody else has it; not after an interrupt
   */
  public static StoreLock take(Path store, Duration wait) {
    long until = System.nanoTime() + wait.toNanos();
    boolean told = false;
    while (true) {
      try {
        return take(store);
      } catch (StoreException e) {
        boolean waits = e.reason() == Reason.LOCKED && System.nanoTime() - until < 0;
        if (!waits || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        if (!told) {
          LOG.info("Waiting for {} to be closed elsewhere, {} s at most", store, wait.toSeconds());
          told = true;
        }
        LockSupport.parkNanos(TRY_NANOS);
      }
    }
  }

  private static StoreLock take(Path store) {
    Path file = store.resolveSibling(store.getFileName() + ".lock");
    try {
      OwnerOnly.createIfMissing(file);
      SQLiteConnection connection = JDBC.createConnection("jdbc:sqlite:" + file, new Properties());
      try {
        connection.setBusyTimeout(0);
        // A journal would need room, and be left by a kill; nothing is ever written.
        Connections.run(connection, "PRAGMA journal_mode = MEMORY");
        Connections.run(connection, "BEGIN EXCLUSIVE");
        return new StoreLock(connection);
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw failure(store, file, e);
    } catch (IOException e) {
      throw cannotLock(file, e);
    }
  }

  private static StoreException failure(Path store, Path file, SQLException cause) {
    if (Errors.reason(cause) == Reason.LOCKED) {
      return new StoreException(
          Reason.LOCKED,
          store + " is already open, here or in another process; close it there first",
          cause);
    }
    return cannotLock(file, cause);
  }

  private static StoreException cannotLock(Path file, Exception cause) {
    String why =
        cause instanceof IOException io ? FileFailure.why(io) : String.valueOf(cause.getMessage());
    return new StoreException(
        Reason.IO,
        "Cannot lock " + file + ": " + why + "; its directory must exist and be writable",
        cause);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // The lock ends with the process at the latest; there is nothing else to do.
    }
  }
}
