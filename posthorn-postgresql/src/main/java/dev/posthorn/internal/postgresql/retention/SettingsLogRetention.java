package dev.posthorn.internal.postgresql.retention;

import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.sql.Query;
import java.sql.SQLException;

/**
 * Removes old entries of the settings log: all processes have read them long ago, and what was
 * removed from the settings must not stay there. Owned by the writer.
 */
final class SettingsLogRetention {
  private static final long PAUSE_MILLIS = 300_000;
  private static final int SLICE = 500;
  private static final int MOST_ENTRIES = 50_000;

  private static final String REMOVE =
      "DELETE FROM posthorn.settings_log WHERE version <"
          + " (SELECT min(version) FROM posthorn.settings_log) + ?"
          + " AND (written < clock_timestamp() - interval '1 hour'"
          + " OR version <= (SELECT version FROM posthorn.settings_head) - ?)";

  private long next;

  /** Assumes nothing from now on. */
  void forget() {
    next = 0;
  }

  /** Returns whether there may be something to remove. */
  boolean isDue(long now) {
    return now >= next || next - now > PAUSE_MILLIS; // the clock may have been set back
  }

  /** Removes a slice. */
  void slice(Session session, long now) throws SQLException {
    int removed = Query.update(session, REMOVE, SLICE, MOST_ENTRIES);
    next = removed == SLICE ? now : now + PAUSE_MILLIS;
  }
}
