package dev.posthorn.store.sqlite.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConnection;

/**
 * Keeps the write-ahead log small, called by the writer between transactions.
 *
 * <p>Whenever 32 MB wait, the {@link Checkpointer} copies them into the file beside the commits.
 * Only when it has nearly caught up does the writer copy the small rest itself, so that the log
 * starts over at its beginning. A log that has grown large means that a read holds it back: reads
 * that take more than a second are ended, and if that is not enough the writer waits. Only while a
 * backup reads the log may grow, and is caught up with beside the commits afterwards.
 */
final class Wal {
  private static final Logger LOG = LoggerFactory.getLogger(Wal.class);
  private static final long MB = 1L << 20;

  private static final long CHECKPOINT_BYTES = 32 * MB;
  private static final long SMALL_REST_BYTES = 4 * MB;
  private static final long LARGE_BYTES = 96 * MB;
  private static final long WAIT_BYTES = 192 * MB;
  static final long WARN_BYTES = 256 * MB;
  private static final int WAIT_MILLIS = 1_500;

  private static final int FRAME_HEADER_BYTES = 24;

  private final Checkpointer checkpointer;
  private final ReaderPools readers;
  private final long frameBytes;
  private volatile long maxBytes;

  /**
   * The log's size when the writer last tried to start it over, so that it does not try all the
   * time.
   */
  private long triedAt;

  private boolean warned;

  /** Set while a backup reads the file. */
  private volatile boolean held;

  /** Whether what a backup made wait is not copied yet. */
  private boolean behind;

  /** What a checkpoint reports: whether something held it back, and bytes. */
  private record State(boolean busy, long bytes, long done) {
    long rest() {
      return bytes - done;
    }
  }

  Wal(Checkpointer checkpointer, ReaderPools readers, int pageBytes) {
    this.checkpointer = checkpointer;
    this.readers = readers;
    this.frameBytes = (long) pageBytes + FRAME_HEADER_BYTES;
  }

  long maxBytes() {
    return maxBytes;
  }

  /** Lets the log grow until {@link #release}, without waiting: a backup has begun to read. */
  void hold() {
    held = true;
  }

  /** Ends what {@link #hold} began. */
  void release() {
    held = false;
  }

  /** Does what is due; a failure is logged, since nothing that was committed is lost by it. */
  void tend(SQLiteConnection writer) {
    try {
      State state = checkpoint(writer, "NOOP");
      maxBytes = Math.max(maxBytes, state.bytes);
      if (state.bytes < triedAt) {
        triedAt = 0;
        warned = false;
      }
      behind |= held;
      if (behind) {
        catchUp(state);
      } else {
        tend(writer, state);
      }
    } catch (SQLException e) {
      LOG.warn("A checkpoint failed; it is tried again after the next commits", e);
    }
  }

  /**
   * There is no space: has the log start over, so that what is small finds some in it. Nothing was
   * lost if that fails.
   */
  void makeRoom(SQLiteConnection writer) {
    try {
      restart(writer, checkpoint(writer, "NOOP"), 0);
    } catch (SQLException e) {
      LOG.debug("Failed to make room in the write-ahead log", e);
    }
  }

  /** Leaves all to the checkpointer: there may be so much that the writer would stand still. */
  private void catchUp(State state) {
    if (state.rest() >= CHECKPOINT_BYTES) {
      checkpointer.request();
    } else {
      behind = held;
    }
  }

  private void tend(SQLiteConnection writer, State state) throws SQLException {
    boolean retry = state.bytes - triedAt >= SMALL_REST_BYTES;
    if (state.bytes >= LARGE_BYTES) {
      readers.interruptLate();
    }
    if (state.bytes >= WAIT_BYTES && state.bytes - triedAt >= CHECKPOINT_BYTES) {
      waitAndRestart(writer, state);
    } else if (state.rest() >= CHECKPOINT_BYTES
        || (started(state) && state.rest() > SMALL_REST_BYTES)) {
      checkpointer.request();
    } else if (started(state) && retry && checkpointer.isIdle()) {
      restart(writer, state, 0);
    }
  }

  /** Whether the checkpointer is copying a log that is to start over. */
  private static boolean started(State state) {
    return state.done > 0 && state.bytes >= CHECKPOINT_BYTES;
  }

  private void waitAndRestart(SQLiteConnection writer, State state) throws SQLException {
    checkpointer.awaitIdle(WAIT_MILLIS);
    readers.interruptLate();
    if (!restart(writer, state, WAIT_MILLIS) && state.bytes >= WARN_BYTES && !warned) {
      warned = true;
      LOG.warn(
          "The write-ahead log is {} MB and cannot start over: another program reads the file for a"
              + " long time; end it",
          state.bytes / MB);
    }
  }

  private boolean restart(SQLiteConnection writer, State before, int millis) throws SQLException {
    triedAt = before.bytes;
    writer.getDatabase().busy_timeout(millis);
    try {
      return !checkpoint(writer, "RESTART").busy;
    } finally {
      writer.getDatabase().busy_timeout(Connections.BUSY_MILLIS);
    }
  }

  private State checkpoint(SQLiteConnection writer, String mode) throws SQLException {
    try (Statement statement = writer.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(" + mode + ")")) {
      return new State(row.getBoolean(1), row.getLong(2) * frameBytes, row.getLong(3) * frameBytes);
    }
  }
}
