package dev.posthorn.internal.postgresql.retention;

import dev.posthorn.internal.id.Ids;
import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.retention.EarlyRemoval.Application;
import dev.posthorn.internal.postgresql.sql.Query;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Removes the messages of environments with a shorter retention than the store's, along with their
 * attempts, one bounded slice at a time. Owned by the writer.
 *
 * <p>It walks the applications of these environments, and the messages of each from the oldest,
 * again and again with a pause between two walks. So no position needs to be stored, and the next
 * walk simply examines again what had to stay. The longer a walk takes, the longer the pause.
 */
final class EnvironmentRetention {
  private static final int APPLICATIONS = 500;
  private static final long SHORTEST_PAUSE_MILLIS = 60_000;
  private static final long LONGEST_PAUSE_MILLIS = 3_600_000;
  private static final int PAUSE_TIMES_WALK = 9;

  private static final String IS_ANY_SET =
      "SELECT 1 FROM posthorn.environment e WHERE e.retention_millis > 0 LIMIT 1";

  /** Selects applications in their order, whether or not their environments have a retention. */
  private static final String APPLICATIONS_AFTER =
      "SELECT a.partition, a.id, EXISTS (SELECT FROM posthorn.environment e"
          + " WHERE e.id = a.environment AND e.retention_millis > 0) FROM posthorn.application a"
          + " WHERE (a.partition, a.id) > (?, ?) ORDER BY a.partition, a.id LIMIT ?";

  private static final String RETENTION =
      "SELECT e.retention_millis FROM posthorn.application a JOIN posthorn.environment e"
          + " ON e.id = a.environment WHERE a.partition = ? AND a.id = ?";

  private static final Application BEGIN = new Application(-1, Long.MIN_VALUE);

  private final EarlyRemoval removal;
  private final Owned owned;

  /** The next applications, and the position of the walk in the first of them. */
  private final ArrayDeque<Application> applications = new ArrayDeque<>();

  private long lastMessage = Long.MIN_VALUE;
  private Application lastLoaded = BEGIN;
  private long walkBegan;
  private long nextWalk;

  EnvironmentRetention(EarlyRemoval removal, Owned owned) {
    this.removal = removal;
    this.owned = owned;
  }

  /** Assumes nothing from now on: the next walk finds what stayed. */
  void forget() {
    applications.clear();
    lastLoaded = BEGIN;
    lastMessage = Long.MIN_VALUE;
  }

  /** Lets the next walk begin at once: an environment was changed. */
  void hurry() {
    nextWalk = 0;
  }

  /** Returns whether a walk is in progress, or about to begin. */
  boolean isDue(long now) {
    // The clock may have been set back.
    return now >= nextWalk || nextWalk - now > LONGEST_PAUSE_MILLIS;
  }

  /**
   * Removes a slice.
   *
   * @param limit the maximum number of messages to examine
   * @return whether the walk continues
   */
  boolean slice(Session session, long now, int limit) throws SQLException {
    if (applications.isEmpty() && !load(session, now)) {
      return false;
    }
    int left = limit;
    while (left > 0 && !applications.isEmpty()) {
      Application application = applications.element();
      if (!owned.has(application.partition())) { // no longer
        applications.remove();
        lastMessage = Long.MIN_VALUE;
        continue;
      }
      // Read each time: a user may revoke it while the walk is in progress.
      Long retention =
          Query.one(
              session, row -> row.getLong(1), RETENTION, application.partition(), application.id());
      boolean done = true;
      if (retention != null && retention > 0) {
        EarlyRemoval.Progress progress =
            removal.slice(session, application, lastMessage, Ids.firstAt(now - retention), left);
        left -= progress.examined();
        lastMessage = progress.last();
        done = progress.done();
      }
      left--;
      if (done) {
        applications.remove();
        lastMessage = Long.MIN_VALUE;
      }
    }
    return true;
  }

  /** A row of the walk; {@code ends} if the messages of the application are to be examined. */
  private record Row(Application application, boolean ends) {}

  /** Loads the next applications, of which some count; the walk pauses after the last. */
  private boolean load(Session session, long now) throws SQLException {
    if (lastLoaded.equals(BEGIN)) {
      walkBegan = now;
    }
    List<Row> rows = isAnySet(session) ? next(session) : List.of();
    for (Row row : rows) {
      if (row.ends && owned.has(row.application.partition())) {
        applications.add(row.application);
      }
    }
    lastMessage = Long.MIN_VALUE;
    if (rows.isEmpty()) {
      lastLoaded = BEGIN;
      long pause = PAUSE_TIMES_WALK * (now - walkBegan);
      nextWalk = now + Math.clamp(pause, SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS);
      return false;
    }
    lastLoaded = rows.getLast().application;
    return true;
  }

  private static boolean isAnySet(Session session) throws SQLException {
    return Query.one(session, row -> row.getInt(1), IS_ANY_SET) != null;
  }

  private List<Row> next(Session session) throws SQLException {
    return Query.list(
        session,
        row -> new Row(new Application(row.getInt(1), row.getLong(2)), row.getBoolean(3)),
        APPLICATIONS_AFTER,
        lastLoaded.partition(),
        lastLoaded.id(),
        APPLICATIONS);
  }
}
