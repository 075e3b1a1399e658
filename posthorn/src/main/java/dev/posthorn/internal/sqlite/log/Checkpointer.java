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
 * Copies the write-ahead log into the file on a thread and a connection of its own, beside the
 * commits; and empties it after something was removed for good ({@link Erasure}).
 */
public final class Checkpointer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);

  /** Frames that may be left to be copied while the writer cannot write: 2 MB. */
  private static final int SMALL_REST_FRAMES = 512;

  private final SQLiteConnection connection;

  /**
   * The file itself. Closing it gives up every lock that this process holds on it, so it is closed
   * after all connections.
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

  /** Whoever interrupts all threads there are, must not close the file that this one has open. */
  private static final class Uninterruptible extends Thread {
    Uninterruptible(Runnable work) {
      super(work, "posthorn-checkpoint");
      setDaemon(true);
    }

    @Override
    public void interrupt() {
      // Its work is short, and is told to end by other means.
    }
  }

  /** Takes over a connection and the file that it is to, and starts the thread. */
  public static Checkpointer start(SQLiteConnection connection, FileChannel file) {
    Checkpointer checkpointer = new Checkpointer(connection, file);
    checkpointer.thread.start();
    return checkpointer;
  }

  /** Asks for a checkpoint, unless one is under way; does not wait. */
  void request() {
    if (idle.tryAcquire()) {
      heldBackFrames = 0; // not known
      requested = true;
      wake.release();
    }
  }

  /** Has the log emptied soon; does not wait. */
  void erase() {
    erasure.request();
    wake.release();
  }

  /** Returns when the log is to be emptied, by whoever has it start over. */
  Erasure erasure() {
    return erasure;
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
    try (PreparedStatement passive = connection.prepareStatement("PRAGMA wal_checkpoint(PASSIVE)");
        PreparedStatement truncate =
            connection.prepareStatement("PRAGMA wal_checkpoint(TRUNCATE)")) {
      connection.setBusyTimeout(0); // nobody who reads is waited for, least of all with the lock
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
      LOG.error("Checkpoints are not possible; the write-ahead log will grow", e);
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
      // Nobody interrupts it; the worst is one turn more.
    }
  }

  private interface Work {
    void run() throws SQLException, IOException;
  }

  private void run(Work work) {
    try {
      work.run();
    } catch (Throwable e) { // whatever it was, the next one must not wait for ever
      LOG.warn("A checkpoint failed; it is tried again after the next commits", e);
    } finally {
      idle.release();
    }
  }

  /**
   * Copies the log, and has what was copied written to the disk. SQLite itself does the latter only
   * when nothing is left to be copied: then all of it, while the writer waits.
   */
  private void copy(PreparedStatement passive) throws SQLException, IOException {
    try (ResultSet row = passive.executeQuery()) {
      heldBackFrames = row.next() ? row.getLong(2) - row.getLong(3) : 0;
    }
    file.force(false);
  }

  /**
   * Copies the log, and cuts it off if nobody reads it. The writer waits for the second, so little
   * may be left for it.
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
