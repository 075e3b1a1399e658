package dev.posthorn.store.sqlite.internal;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConnection;

/**
 * Copies the write-ahead log into the file on a thread and a connection of its own, beside the
 * commits.
 */
final class Checkpointer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);

  private final SQLiteConnection connection;
  private final Semaphore requests = new Semaphore(0);
  private final Semaphore idle = new Semaphore(1);
  private final Thread thread;
  private volatile boolean closed;
  private volatile long heldBackFrames;

  private Checkpointer(SQLiteConnection connection) {
    this.connection = connection;
    this.thread = Thread.ofPlatform().daemon().name("posthorn-checkpoint").unstarted(this::work);
  }

  /** Takes over a connection and starts the thread. */
  static Checkpointer start(SQLiteConnection connection) {
    Checkpointer checkpointer = new Checkpointer(connection);
    checkpointer.thread.start();
    return checkpointer;
  }

  /** Asks for a checkpoint, unless one is under way; does not wait. */
  void request() {
    if (idle.tryAcquire()) {
      heldBackFrames = 0; // not known
      requests.release();
    }
  }

  /**
   * Returns how much of the log the last checkpoint had to leave, since somebody reads it; 0 while
   * one is under way.
   */
  long heldBackFrames() {
    return heldBackFrames;
  }

  boolean isIdle() {
    return idle.availablePermits() > 0;
  }

  /** Waits until no checkpoint is under way; returns whether that is so. */
  boolean awaitIdle(long millis) {
    try {
      if (idle.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
        idle.release();
        return true;
      }
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void work() {
    try (PreparedStatement passive =
        connection.prepareStatement("PRAGMA wal_checkpoint(PASSIVE)")) {
      while (true) {
        requests.acquireUninterruptibly();
        if (closed) {
          return;
        }
        try (ResultSet row = passive.executeQuery()) {
          heldBackFrames = row.next() ? row.getLong(2) - row.getLong(3) : 0;
        } catch (Throwable e) { // whatever it was, the next one must not wait for ever
          LOG.warn("A checkpoint failed; it is tried again after the next commits", e);
        } finally {
          idle.release();
        }
      }
    } catch (SQLException e) {
      LOG.error("Checkpoints are not possible; the write-ahead log will grow", e);
    }
  }

  @Override
  public void close() {
    closed = true;
    requests.release();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.warn("The checkpoint connection could not be closed", e);
    }
  }
}
