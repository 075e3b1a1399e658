package dev.posthorn.internal.sqlite.log;

import dev.posthorn.internal.sqlite.file.Connections;
import dev.posthorn.internal.sqlite.file.ReaderPools;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConnection;

/**
 * Keeps the write-ahead log small; the writer calls it between transactions.
 *
 * <p>Whenever 32 MB are pending, the {@link Checkpointer} copies them into the file in parallel
 * with commits. Only when it has nearly caught up does the writer copy the small rest itself, so
 * that the log restarts at its beginning. If commits are faster than that copying, the writer waits
 * for it.
 *
 * <p>A log that has grown large may also mean that a read holds it back. Reads of this process that
 * take more than a second are interrupted, and consecutive lists yield. The writer does not wait
 * for a backup, or for another program that reads the file: the log grows, and is copied in
 * parallel with commits once they have ended. Another program may make it grow up to a limit;
 * beyond it commits are refused as if the disk were full.
 */
public final class Wal {
  private static final Logger LOG = LoggerFactory.getLogger(Wal.class);
  private static final long MB = 1L << 20;

  private static final long CHECKPOINT_BYTES = 32 * MB;
  private static final long SMALL_REST_BYTES = 4 * MB;
  private static final long LARGE_BYTES = 96 * MB;
  private static final long WAIT_BYTES = 192 * MB;

  /** Maximum size of the log while another program reads the file. */
  static final long MOST_BYTES = 4_096 * MB;

  private static final int WAIT_MILLIS = 1_500;
  private static final int CATCH_UP_MILLIS = 50;

  private static final int FRAME_HEADER_BYTES = 24;

  private final Checkpointer checkpointer;
  private final ReaderPools readers;
  private final long frameBytes;
  private final long mostBytes;
  private volatile long maxBytes;

  /**
   * Size of the log when the writer last tried to restart it, so that it does not try all the time.
   */
  private long triedAt;

  /** Size of the log when the writer last waited, so that it does not wait at each commit. */
  private long waitedAt;

  /** Size of the log at which to warn the operator; growth caused by a backup does not count. */
  private long warnAt = Connections.WAL_LIMIT_BYTES;

  /** True while a backup reads the file. */
  private volatile boolean held;

  /** True while frames held back by a read are not copied yet. */
  private boolean behind;

  /** Number of times that the writer has waited for the checkpointer, and for short reads. */
  private int waits;

  /** Size of the log when last checked. */
  private long bytes;

  /** Result of a checkpoint: whether readers blocked it, and sizes in bytes. */
  private record State(boolean busy, long bytes, long done) {
    long rest() {
      return bytes - done;
    }
  }

  public Wal(Checkpointer checkpointer, ReaderPools readers, int pageBytes) {
    this(checkpointer, readers, pageBytes, MOST_BYTES);
  }

  Wal(Checkpointer checkpointer, ReaderPools readers, int pageBytes, long mostBytes) {
    this.checkpointer = checkpointer;
    this.readers = readers;
    this.mostBytes = mostBytes;
    this.frameBytes = (long) pageBytes + FRAME_HEADER_BYTES;
  }

  public long maxBytes() {
    return maxBytes;
  }

  int waits() {
    return waits;
  }

  /** Lets the log grow until {@link #release}, without waiting: a backup has begun to read. */
  public void hold() {
    held = true;
  }

  /** Ends the effect of {@link #hold}. */
  public void release() {
    held = false;
  }

  /** Requests that the log be emptied soon: it contains permanently removed data. */
  public void erase() {
    checkpointer.erase();
  }

  /**
   * Returns whether nothing more should be written: another program has held the log back for so
   * long that it has reached its limit. Checks the log again first.
   */
  public boolean isFull(SQLiteConnection writer) {
    if (bytes >= mostBytes && !held) {
      triedAt = bytes - SMALL_REST_BYTES; // it does not grow now, and nothing should wait
      tend(writer);
    }
    return bytes >= mostBytes && !held;
  }

  /** Returns the exception for a commit while {@link #isFull}. */
  public StoreException full() {
    return new StoreException(
        Reason.FULL,
        "The write-ahead log has grown to "
            + bytes / MB
            + " MB because another program is reading the file; end that program",
        null);
  }

  /** Does the due work; a failure is only logged, because no committed data is lost. */
  public void tend(SQLiteConnection writer) {
    try {
      State state = checkpoint(writer, "NOOP");
      bytes = state.bytes;
      maxBytes = Math.max(maxBytes, bytes);
      if (bytes < triedAt) {
        triedAt = 0;
        waitedAt = 0;
      }
      if (bytes < Connections.WAL_LIMIT_BYTES) {
        warnAt = Connections.WAL_LIMIT_BYTES;
      } else if (held) {
        warnAt = bytes + Connections.WAL_LIMIT_BYTES;
      }
      behind |= isHeldBack();
      warnIfHeldBack();
      readers.lists().makeWay(bytes >= LARGE_BYTES && !behind);
      if (bytes >= LARGE_BYTES) {
        readers.interruptLate();
      }
      copy(writer, state);
    } catch (SQLException e) {
      LOG.warn("A checkpoint failed; trying again after the next commits", e);
    }
  }

  /**
   * Restarts the log when the disk is full, so that small writes fit into it. A failure loses no
   * data.
   */
  public void makeRoom(SQLiteConnection writer) {
    if (behind) {
      return; // there may be so much to copy that the writer would stall
    }
    try {
      restart(writer, 0);
    } catch (SQLException e) {
      LOG.debug("Failed to make room in the write-ahead log", e);
    }
  }

  /** Returns whether a backup or another program reads an old state of the file. */
  private boolean isHeldBack() {
    return held || checkpointer.heldBackFrames() * frameBytes >= CHECKPOINT_BYTES;
  }

  private void warnIfHeldBack() {
    if (behind && !held && bytes >= warnAt) {
      warnAt = Long.MAX_VALUE;
      LOG.warn(
          "The write-ahead log is {} MB and cannot start over while another program reads the file:"
              + " end that program; at {} MB commits are refused",
          bytes / MB,
          mostBytes / MB);
    }
  }

  private void copy(SQLiteConnection writer, State state) throws SQLException {
    if (behind) {
      catchUp(state);
    } else if (bytes >= WAIT_BYTES && bytes - waitedAt >= CHECKPOINT_BYTES) {
      waits++;
      waitedAt = bytes;
      checkpointer.awaitIdle(WAIT_MILLIS);
      restart(writer, WAIT_MILLIS);
    } else if (state.rest() >= CHECKPOINT_BYTES
        || (started(state) && state.rest() > SMALL_REST_BYTES)) {
      checkpointer.request();
    } else if (started(state) && bytes - triedAt >= SMALL_REST_BYTES && checkpointer.isIdle()) {
      restart(writer, 0);
    }
  }

  /**
   * Leaves the work to the checkpointer: there may be so much to copy that the writer would stall.
   * Once no reader holds the log back, commits are slowed down slightly, so that the checkpointer
   * catches up.
   */
  private void catchUp(State state) {
    if (state.rest() >= CHECKPOINT_BYTES) {
      checkpointer.request();
      if (bytes >= WAIT_BYTES && !isHeldBack()) {
        checkpointer.awaitIdle(CATCH_UP_MILLIS);
      }
    } else {
      behind = isHeldBack();
    }
  }

  /** Returns whether the checkpointer is copying a log that must restart. */
  private static boolean started(State state) {
    return state.done > 0 && state.bytes >= CHECKPOINT_BYTES;
  }

  /** Copies the rest and restarts the log, unless a reader uses it. */
  private void restart(SQLiteConnection writer, int millis) throws SQLException {
    triedAt = bytes;
    writer.getDatabase().busy_timeout(millis);
    Erasure erasure = checkpointer.erasure();
    boolean erases = erasure.isDue();
    long begun = erasure.begin();
    try {
      if (!checkpoint(writer, erases ? "TRUNCATE" : "RESTART").busy) {
        bytes = 0; // as it is from the next commit on
        readers.lists().makeWay(false);
        if (erases) {
          erasure.succeeded(begun);
        }
      }
    } finally {
      writer.getDatabase().busy_timeout(Connections.BUSY_MILLIS);
    }
  }

  private State checkpoint(SQLiteConnection writer, String mode) throws SQLException {
    try (Statement statement = writer.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(" + mode + ")")) {
      // SQLite reports -1, for unknown, while another connection restarts the log.
      long frames = Math.max(0, row.getLong(2));
      long done = Math.max(0, row.getLong(3));
      return new State(row.getBoolean(1), frames * frameBytes, done * frameBytes);
    }
  }
}
