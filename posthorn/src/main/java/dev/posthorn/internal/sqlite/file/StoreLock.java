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
 * Exclusive lock on a store, held on a file next to it.
 *
 * <p>The lock is SQLite's own, on an empty file. A Java file lock would be lost on POSIX systems as
 * soon as any code in this process closes the lock file, and detecting that the store is already
 * open in this process requires opening and closing it. The operating system releases the lock when
 * the process ends, however it ends. The file stays: deleting it would let two processes hold "the"
 * lock.
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
   * @param wait the maximum time to wait for another holder; an interrupt ends the wait
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
        // A journal would need space, and remain after a kill; nothing is ever written.
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
