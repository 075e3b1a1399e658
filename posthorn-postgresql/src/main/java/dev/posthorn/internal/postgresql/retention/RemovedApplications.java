package dev.posthorn.internal.postgresql.retention;

import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.retention.EarlyRemoval.Application;
import dev.posthorn.internal.postgresql.sql.Query;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.rows.SettingChange;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Removes the remains of removed applications: their messages with all attempts, one bounded slice
 * at a time. Owned by the writer.
 *
 * <p>It processes one application after another. Messages that have to stay, because they have
 * waiting deliveries, are looked for again after a pause; an application without remains is
 * forgotten.
 */
final class RemovedApplications {
  private static final long SHORTEST_PAUSE_MILLIS = 2_000;
  private static final long LONGEST_PAUSE_MILLIS = 60_000;
  private static final int PAUSE_TIMES_PASS = 9;
  private static final Application BEGIN = new Application(-1, Long.MIN_VALUE);

  private static final String NEXT =
      "SELECT r.partition, r.id FROM posthorn.removed_application r WHERE (r.partition, r.id) > (?,"
          + " ?) AND r.partition = ANY(?::smallint[]) AND NOT EXISTS (SELECT FROM"
          + " posthorn.application a WHERE a.partition = r.partition AND a.id = r.id) ORDER BY"
          + " r.partition, r.id LIMIT 1";
  private static final String FORGET =
      "DELETE FROM posthorn.removed_application WHERE partition = ? AND id = ?";
  private static final String IS_LEFT =
      "SELECT 1 FROM posthorn.message m WHERE m.partition = ? AND m.application = ? LIMIT 1";

  private final EarlyRemoval removal;
  private final Owned owned;

  // The position of the work: the next pass finds what stayed.
  private @Nullable Application current;
  private Application last = BEGIN;
  private long lastMessage = Long.MIN_VALUE;
  private boolean leftovers;
  private long passBegan;
  private long nextPass;

  RemovedApplications(EarlyRemoval removal, Owned owned) {
    this.removal = removal;
    this.owned = owned;
  }

  /** Assumes nothing from now on. */
  void forget() {
    current = null;
    last = BEGIN;
    lastMessage = Long.MIN_VALUE;
    nextPass = 0;
  }

  /** Notes that a batch removes an application. */
  void note(Batch batch) {
    for (SettingChange change : batch.settings) {
      if (change instanceof SettingChange.RemoveApplication) {
        nextPass = 0;
      }
    }
  }

  /** Lets the next pass begin, unless one is planned: others may have removed applications. */
  void look() {
    if (nextPass == Long.MAX_VALUE) {
      nextPass = 0;
    }
  }

  /** Returns whether there may be something to remove. */
  boolean isDue(long now) {
    // The clock may have been set back.
    return now >= nextPass || (nextPass != Long.MAX_VALUE && nextPass - now > LONGEST_PAUSE_MILLIS);
  }

  /**
   * Removes a slice.
   *
   * @param limit the maximum number of messages to examine
   * @return whether there is more to do immediately
   */
  boolean slice(Session session, long now, int limit) throws SQLException {
    Application application = current;
    if (application != null && !owned.has(application.partition())) {
      application = null; // no longer
    }
    if (application == null) {
      application = begin(session, now);
      current = application;
    }
    if (application == null) {
      return false;
    }
    EarlyRemoval.Progress progress =
        removal.slice(session, application, lastMessage, Long.MAX_VALUE, limit);
    lastMessage = progress.last();
    if (progress.done()) {
      end(session, application);
    }
    return true;
  }

  /** Starts the next application; returns null at the end of the pass. */
  private @Nullable Application begin(Session session, long now) throws SQLException {
    if (last.equals(BEGIN)) {
      passBegan = now;
      leftovers = false;
    }
    Application next =
        Query.one(
            session,
            row -> new Application(row.getInt(1), row.getLong(2)),
            NEXT,
            last.partition(),
            last.id(),
            owned.numbers());
    lastMessage = Long.MIN_VALUE;
    last = next == null ? BEGIN : next;
    if (next == null) {
      long pause = PAUSE_TIMES_PASS * (now - passBegan);
      nextPass =
          leftovers
              ? now + Math.clamp(pause, SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS)
              : Long.MAX_VALUE;
    }
    return next;
  }

  /** Ends the pass through an application. */
  private void end(Session session, Application application) throws SQLException {
    Integer left =
        Query.one(
            session, row -> row.getInt(1), IS_LEFT, application.partition(), application.id());
    if (left == null) {
      Query.update(session, FORGET, application.partition(), application.id());
    } else {
      leftovers = true;
    }
    current = null;
  }
}
