package dev.posthorn.internal.sqlite.file;

import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Set;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Maps SQLite's errors to the store's reasons. */
public final class Errors {
  /** Mask of the primary code, which SQLite keeps in the low byte of an extended code. */
  private static final int PRIMARY = 0xff;

  /**
   * Errors that mean no space: a quota or file size limit. SQLite reports only ENOSPC itself, and
   * not for the index of its log.
   */
  private static final Set<SQLiteErrorCode> NO_ROOM =
      EnumSet.of(SQLiteErrorCode.SQLITE_IOERR_WRITE, SQLiteErrorCode.SQLITE_IOERR_SHMSIZE);

  private final Path file;

  public Errors(Path file) {
    this.file = file;
  }

  /** Returns the exception for an error outside of COMMIT: nothing was written. */
  public StoreException of(Throwable cause) {
    if (cause instanceof StoreException known) {
      return known;
    }
    if (cause instanceof SQLException sql) {
      return of(reason(sql), sql);
    }
    return new StoreException(
        Reason.REJECTED, "A row cannot be stored: " + cause + "; correct or drop it", cause);
  }

  /**
   * Returns the exception for an error of COMMIT. A failed write is certain: the last frame, which
   * completes the commit, is incomplete. After any other I/O error it is unknown what reached the
   * disk.
   */
  public StoreException ofCommit(SQLException cause) {
    Reason reason = reason(cause);
    boolean certain = !isIndex(cause) && (reason != Reason.IO || isReadOnly(cause));
    return of(certain ? reason : Reason.UNKNOWN, cause);
  }

  /**
   * Returns whether writing the index of the log failed, which follows the frames: a commit that
   * found no space there may count.
   */
  private static boolean isIndex(SQLException cause) {
    return cause instanceof SQLiteException sqlite
        && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_IOERR_SHMSIZE;
  }

  private static boolean isReadOnly(SQLException cause) {
    return cause instanceof SQLiteException sqlite
        && primary(sqlite.getResultCode()) == SQLiteErrorCode.SQLITE_READONLY;
  }

  private StoreException of(Reason reason, SQLException cause) {
    return new StoreException(reason, text(reason) + " (" + cause.getMessage() + ")", cause);
  }

  static Reason reason(SQLException cause) {
    if (!(cause instanceof SQLiteException sqlite)) {
      return Reason.IO;
    }
    if (NO_ROOM.contains(sqlite.getResultCode())) {
      return Reason.FULL;
    }
    return switch (primary(sqlite.getResultCode())) {
      case SQLITE_FULL -> Reason.FULL;
      case SQLITE_CONSTRAINT, SQLITE_TOOBIG, SQLITE_MISMATCH, SQLITE_RANGE -> Reason.REJECTED;
      case SQLITE_CORRUPT, SQLITE_NOTADB -> Reason.CORRUPT;
      case SQLITE_BUSY, SQLITE_LOCKED -> Reason.LOCKED;
      default -> Reason.IO;
    };
  }

  private static SQLiteErrorCode primary(SQLiteErrorCode code) {
    return SQLiteErrorCode.getErrorCode(code.code & PRIMARY);
  }

  private String text(Reason reason) {
    return switch (reason) {
      case FULL ->
          "No space is left for "
              + file
              + ": disk full, or quota or file size limit reached; free some space and try again";
      case REJECTED -> "A row cannot be stored in " + file + "; correct or drop it";
      case CORRUPT -> file + " is damaged; restore it from a backup";
      case LOCKED -> "Another program is writing to " + file + "; end it and try again";
      case UNKNOWN -> "The commit to " + file + " may or may not have happened; commit again";
      default -> "Reading or writing " + file + " failed; check the disk and try again";
    };
  }
}
