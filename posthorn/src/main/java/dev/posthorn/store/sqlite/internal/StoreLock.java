package dev.posthorn.store.sqlite.internal;

import dev.posthorn.store.StoreException;
import dev.posthorn.store.StoreException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Properties;
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
final class StoreLock implements AutoCloseable {
  private final SQLiteConnection connection;

  private StoreLock(SQLiteConnection connection) {
    this.connection = connection;
  }

  /** Takes the lock of a store. */
  static StoreLock take(Path store) {
    Path file = store.resolveSibling(store.getFileName() + ".lock");
    try {
      OwnerOnly.createIfMissing(file);
      SQLiteConnection connection = JDBC.createConnection("jdbc:sqlite:" + file, new Properties());
      try {
        connection.setBusyTimeout(0);
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
    return new StoreException(
        Reason.IO, "Cannot lock " + file + "; its directory must exist and be writable", cause);
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
