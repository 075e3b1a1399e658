package dev.posthorn.internal.sqlite.store;

import dev.posthorn.internal.file.FileFailure;
import dev.posthorn.internal.file.OwnerOnly;
import dev.posthorn.internal.file.Syncing;
import dev.posthorn.internal.sqlite.file.Connections;
import dev.posthorn.internal.sqlite.file.Errors;
import dev.posthorn.internal.sqlite.log.Wal;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConnection;

/**
 * Copies the store into another file while it is in use, one copy at a time.
 *
 * <p>{@code VACUUM INTO} makes the copy on its own connection: one state of the store, in a few
 * megabytes of memory, and it can be interrupted. While it reads, the write-ahead log grows; the
 * writer continues and does not wait for it.
 */
final class Backup implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Backup.class);

  private final Connections connections;
  private final Wal wal;
  private final ReentrantLock running = new ReentrantLock();
  private volatile @Nullable SQLiteConnection copying;
  private volatile boolean closed;

  Backup(Connections connections, Wal wal) {
    this.connections = connections;
    this.wal = wal;
  }

  /** Creates a copy; see {@link dev.posthorn.spi.store.Store#backup}. */
  void run(Path file) {
    Path target = file.toAbsolutePath();
    Path part = target.resolveSibling(target.getFileName() + ".part");
    running.lock();
    try {
      requireFree(target);
      Files.deleteIfExists(part);
      try {
        OwnerOnly.create(part);
        copy(part);
        Syncing.file(part);
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        syncName(target);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new StoreException(
          Reason.IO,
          "Cannot write the backup "
              + target
              + ": "
              + FileFailure.why(e)
              + "; its directory must exist and be writable",
          e);
    } finally {
      running.unlock();
    }
  }

  private static void requireFree(Path target) {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new IllegalArgumentException(
          "target: " + target + " exists; name a file that does not exist yet");
    }
  }

  private void copy(Path part) {
    wal.hold();
    try (SQLiteConnection connection = connections.copier()) {
      copying = connection;
      requireOpen(null);
      try (PreparedStatement vacuum = connection.prepareStatement("VACUUM INTO ?")) {
        vacuum.setString(1, part.toString());
        vacuum.execute();
      }
    } catch (SQLException e) {
      requireOpen(e);
      throw new Errors(part).of(e);
    } finally {
      copying = null;
      wal.release();
    }
  }

  private void requireOpen(@Nullable SQLException cause) {
    if (closed) {
      throw new StoreException(
          Reason.CLOSED, "The store is closed; open it and start the backup again", cause);
    }
  }

  /**
   * Syncs the folder. A backup may be written to a network share, where folders cannot be synced.
   */
  private static void syncName(Path file) {
    try {
      Syncing.nameOf(file);
    } catch (IOException e) {
      LOG.debug("Failed to sync the folder of {}", file, e);
    }
  }

  /** Interrupts a running copy, and rejects others. */
  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    while (true) {
      try {
        if (running.tryLock(20, TimeUnit.MILLISECONDS)) {
          running.unlock();
          break;
        }
        interrupt();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Interrupts the copy; does nothing before it begins or after it ends. */
  private void interrupt() {
    SQLiteConnection connection = copying;
    if (connection != null) {
      try {
        connection.getDatabase().interrupt();
      } catch (SQLException e) {
        // The connection is closed: nothing runs on it.
      }
    }
  }
}
