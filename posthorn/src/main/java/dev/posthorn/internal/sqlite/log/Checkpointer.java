package dev.posthorn.internal.sqlite.log;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConnection;

/**
 * Copies the write-ahead log into the file on its own thread and connection, in parallel with
 * commits; and empties it after data was permanently removed ({@link Erasure}).
 */
public final class Checkpointer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);

  /** Number of frames that may remain to be copied while the writer cannot write: 2 MB. */
  private static final int SMALL_REST_FRAMES = 512;

  private final SQLiteConnection connection;

  /**
   * Channel to the file itself. Closing it releases every lock that this process holds on the file,
   * so it is closed after all connections.
   */
  private final FileChannel file;

  private final Erasure erasure = new Erasure(System::nanoTime);
  private final Semaphore wake = new Semaphore(0);
  private final Semaphore idle = new Semaphore(1);
  private final Thread thread;
  private volatile boolean requested;
  private volatile boolean closed;
  private volatile long heldBackFrames;

  private Checkpointer(SQLiteConnection connection, FileChannel file) {
    this.connection = connection;
    this.file = file;
    this.thread = new Uninterruptible(this::work);
  }

  /**
   * Thread that ignores interrupts: code that interrupts every thread must not close the file
   * channel of this one.
   */
  private static final class Uninterruptible extends Thread {
    Uninterruptible(Runnable work) {
      super(work, "posthorn-checkpoint");
      setDaemon(true);
    }

    @Override
    public void interrupt() {
      // Its work is short, and close() ends it by other means.
    }
  }

  /** Takes ownership of a connection and a channel to its file, and starts the thread. */
  public static Checkpointer start(SQLiteConnection connection, FileChannel file) {
    Checkpointer checkpointer = new Checkpointer(connection, file);
    checkpointer.thread.start();
    return checkpointer;
  }

  /** Requests a checkpoint, unless one is running; does not wait. */
  void request() {
    if (idle.tryAcquire()) {
      heldBackFrames = 0; // not known
      requested = true;
      wake.release();
    }
  }

  /** Requests that the log be emptied soon; does not wait. */
  void erase() {
    erasure.request();
    wake.release();
  }

  /** Returns the schedule for emptying the log, for callers that make it restart. */
  Erasure erasure() {
    return erasure;
  }

  /**
   * Returns how many frames of the log the last checkpoint could not copy because of readers; 0
   * while one is running.
   */
  long heldBackFrames() {
    return heldBackFrames;
  }

  boolean isIdle() {
    return idle.availablePermits() > 0;
  }

  /** Waits until no checkpoint is running; returns whether that is so. */
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
    try (PreparedStatement passive = connection.prepareStatement("PRAGMA wal_checkpoint(PASSIVE)");
        PreparedStatement truncate =
            connection.prepareStatement("PRAGMA wal_checkpoint(TRUNCATE)")) {
      connection.setBusyTimeout(0); // do not wait for readers, least of all while holding the lock
      while (true) {
        rest();
        if (closed) {
          return;
        }
        if (requested) {
          requested = false;
          run(() -> copy(passive));
        }
        if (erasure.isDue() && idle.tryAcquire()) {
          run(() -> empty(passive, truncate));
        }
      }
    } catch (SQLException e) {
      LOG.error("Checkpoints are impossible; the write-ahead log will grow", e);
    }
  }

  private void rest() {
    try {
      long nanos = erasure.waitNanos();
      if (nanos < 0) {
        wake.acquire();
      } else if (nanos > 0) {
        var unused = wake.tryAcquire(nanos, TimeUnit.NANOSECONDS);
      }
      wake.drainPermits();
    } catch (InterruptedException e) {
      // No caller interrupts it; the worst case is one more turn.
    }
  }

  private interface Work {
    void run() throws SQLException, IOException;
  }

  private void run(Work work) {
    try {
      work.run();
    } catch (Throwable e) { // whatever the cause, the next one must not wait indefinitely
      LOG.warn("A checkpoint failed; trying again after the next commits", e);
    } finally {
      idle.release();
    }
  }

  /**
   * Copies the log, and syncs the copied pages to the disk. SQLite itself syncs only once nothing
   * is left to copy: then everything, while the writer waits.
   */
  private void copy(PreparedStatement passive) throws SQLException, IOException {
    try (ResultSet row = passive.executeQuery()) {
      heldBackFrames = row.next() ? row.getLong(2) - row.getLong(3) : 0;
    }
    file.force(false);
  }

  /**
   * Copies the log, and truncates it if no reader uses it. The writer waits for the second step, so
   * little may be left for it.
   */
  private void empty(PreparedStatement passive, PreparedStatement truncate)
      throws SQLException, IOException {
    long begun = erasure.begin();
    erasure.failed(); // until it is known
    copy(passive);
    if (heldBackFrames > SMALL_REST_FRAMES) {
      return;
    }
    try (ResultSet row = truncate.executeQuery()) {
      if (row.next() && !row.getBoolean(1)) {
        erasure.succeeded(begun);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    wake.release();
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
    try (FileChannel last = file) {
      connection.close();
    } catch (SQLException | IOException e) {
      LOG.warn("The checkpoint connection could not be closed", e);
    }
  }
}
