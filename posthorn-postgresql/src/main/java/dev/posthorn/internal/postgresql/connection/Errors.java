package dev.posthorn.internal.postgresql.connection;

import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Maps the database's errors, by SQLSTATE, to the store's reasons. */
public final class Errors {
  /** States in which COMMIT has certainly rolled back. */
  private static final Set<String> CERTAIN =
      Set.of(
          SqlState.SERIALIZATION_FAILURE,
          SqlState.TRANSACTION_INTEGRITY,
          SqlState.DEADLOCK,
          SqlState.FAILED_TRANSACTION,
          SqlState.READ_ONLY,
          SqlState.DISK_FULL);

  private final String where;

  /**
   * Creates a mapper.
   *
   * @param where the database and the schema, for messages
   */
  public Errors(String where) {
    this.where = where;
  }

  /** Returns the exception for an error outside of COMMIT: nothing was written. */
  public StoreException of(Throwable cause) {
    if (cause instanceof StoreException known) {
      return known;
    }
    if (cause instanceof SQLException sql) {
      String state = SqlState.of(sql);
      return exception(reason(state), state, sql);
    }
    return new StoreException(
        Reason.REJECTED, "A row cannot be stored: " + cause + "; correct or drop it", cause);
  }

  /**
   * Returns the exception for an error of COMMIT. If the connection broke, or the server ended
   * meanwhile, it is unknown whether the transaction had been committed.
   *
   * @param open whether the session goes on: a server that ends because it cannot write its log
   *     reports a full disk, too, and may find the transaction in its log afterwards
   */
  public StoreException ofCommit(SQLException cause, boolean open) {
    String state = SqlState.of(cause);
    boolean certain =
        open && state != null && (CERTAIN.contains(state) || state.startsWith(SqlState.INTEGRITY));
    return exception(certain ? reason(state) : Reason.UNKNOWN, state, cause);
  }

  /**
   * Returns whether the same work may succeed at once on a fresh connection: this one is gone, or
   * the transaction lost against another one.
   */
  static boolean mayPassOnFreshConnection(SQLException cause) {
    String state = SqlState.of(cause);
    return state != null
        && (state.startsWith(SqlState.CONNECTION)
            || state.startsWith(SqlState.OPERATOR_INTERVENTION)
            || state.startsWith(SqlState.ROLLBACK)
            || SqlState.FRESH.contains(state));
  }

  /** Returns whether a row with the same key exists already. */
  public static boolean isOfDuplicate(StoreException failure) {
    return failure.getCause() instanceof SQLException cause
        && SqlState.UNIQUE_VIOLATION.equals(SqlState.of(cause));
  }

  private StoreException exception(Reason reason, @Nullable String state, SQLException cause) {
    String remedy = reason == Reason.UNKNOWN ? null : SqlState.remedy(cause, state);
    return new StoreException(
        reason,
        (remedy != null ? where + ": " + remedy : text(reason))
            + " ("
            + SqlState.root(cause).getMessage()
            + ")",
        cause);
  }

  static Reason reason(@Nullable String state) {
    if (state == null) {
      return Reason.IO;
    }
    if (state.equals(SqlState.DISK_FULL)) {
      return Reason.FULL;
    }
    if (SqlState.DAMAGED.contains(state)) {
      return Reason.CORRUPT;
    }
    return SqlState.OF_ROWS.stream().anyMatch(state::startsWith) ? Reason.REJECTED : Reason.IO;
  }

  private String text(Reason reason) {
    return switch (reason) {
      case FULL -> "No space is left for " + where + "; free some space and try again";
      case REJECTED -> "A row cannot be stored in " + where + "; correct or drop it";
      case CORRUPT -> where + " is damaged; restore it from a backup";
      case UNKNOWN -> "The commit to " + where + " may or may not have happened; commit again";
      default -> "Reading or writing " + where + " failed; check the database and try again";
    };
  }
}
