package dev.posthorn.internal.sqlite.file;

import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Set;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Turns what SQLite reports into the store's reasons. */
public final class Errors {
  /** SQLite keeps the primary code in the low byte of an extended one. */
  private static final int PRIMARY = 0xff;

  /**
   * A quota, or a limit for the size of files: SQLite tells ENOSPC only, and not for the index of
   * its log.
   */
  private static final Set<SQLiteErrorCode> NO_ROOM =
      EnumSet.of(SQLiteErrorCode.SQLITE_IOERR_WRITE, SQLiteErrorCode.SQLITE_IOERR_SHMSIZE);

  private final Path file;

  public Errors(Path file) {
    this.file = file;
  }

  /** For anything but the COMMIT itself: nothing was written. */
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
   * For the COMMIT itself. A write that fails is certain: the frame that would make the commit
   * count is the last one, and not whole. After any other I/O error nobody knows what reached the
   * disk.
   */
  public StoreException ofCommit(SQLException cause) {
    Reason reason = reason(cause);
    boolean certain = !isIndex(cause) && (reason != Reason.IO || isReadOnly(cause));
    return of(certain ? reason : Reason.UNKNOWN, cause);
  }

  /** The index of the log follows the frames: a commit that did not find room there may count. */
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
              + ", by the disk, a quota or a limit for the size of files; make room and try again";
      case REJECTED -> "A row cannot be stored in " + file + "; correct or drop it";
      case CORRUPT -> file + " is damaged; restore it from a backup";
      case LOCKED -> "Another program is writing to " + file + "; end it and try again";
      case UNKNOWN -> "The commit to " + file + " may or may not have happened; commit again";
      default -> "Reading or writing " + file + " failed; look after the disk and try again";
    };
  }
}
