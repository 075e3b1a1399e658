package dev.posthorn.internal.sqlite.retention;

import dev.posthorn.internal.id.Ids;
import dev.posthorn.internal.sqlite.file.Statements;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes the messages of environments with a shorter retention than the store's, along with their
 * attempts, one bounded slice at a time.
 *
 * <p>It walks the applications of all environments by id, and the messages of those affected from
 * the oldest, again and again with a pause between two walks. So no position needs to be stored,
 * and the next walk simply examines again what had to stay: messages with waiting deliveries, and
 * those that are not in the indexes yet with all of their attempts. The more there is to examine,
 * the longer the pause.
 */
public final class EnvironmentRetention {
  private static final int APPLICATIONS = 200;
  private static final long SHORTEST_PAUSE_MILLIS = 60_000;
  private static final long LONGEST_PAUSE_MILLIS = 3_600_000;
  private static final int PAUSE_TIMES_WALK = 9;

  private final EarlyRemoval removal;
  private final PreparedStatement shortest;
  private final PreparedStatement selectApplications;
  private final PreparedStatement selectRetention;

  /**
   * The next applications, and the position of the walk in the first of them. A rollback need not
   * restore it: the next walk finds what stayed.
   */
  private final ArrayDeque<Long> applications = new ArrayDeque<>();

  private long lastMessage = Long.MIN_VALUE;
  private long lastApplication = Long.MIN_VALUE;
  private long walkBegan;
  private long nextWalk;

  public EnvironmentRetention(Statements statements, EarlyRemoval removal) throws SQLException {
    this.removal = removal;
    shortest = statements.get("SELECT min(retention) FROM environment WHERE retention IS NOT NULL");
    selectApplications =
        statements.get("SELECT id FROM application WHERE id > ? ORDER BY id LIMIT ?");
    selectRetention =
        statements.get(
            "SELECT e.retention FROM application a JOIN environment e ON e.id = a.environment"
                + " WHERE a.id = ?");
  }

  /**
   * Returns the id from which on all environments keep their messages; the smallest id if no
   * environment has its own retention.
   */
  public long keepFrom(long now) throws SQLException {
    try (ResultSet row = shortest.executeQuery()) {
      long millis = row.next() ? row.getLong(1) : 0;
      return millis == 0 ? Long.MIN_VALUE : Ids.firstAt(now - millis);
    }
  }

  /**
   * Removes a slice in the current transaction.
   *
   * @param settled whether all messages past the retention of their environment are in the indexes
   * @param limit the maximum number of messages to examine
   * @return whether the walk continues
   */
  public boolean slice(long now, EarlyRemoval.Tails tails, boolean settled, int limit)
      throws SQLException {
    // The clock may have been set back.
    if (now < nextWalk && nextWalk - now <= LONGEST_PAUSE_MILLIS) {
      return false;
    }
    if (!settled && lastApplication == Long.MIN_VALUE) {
      return true; // a walk that begins now would find little
    }
    if (applications.isEmpty() && !load(now)) {
      return false;
    }
    Look look = look(now, tails.messages().indexed(), limit);
    EarlyRemoval.Message stoppedAt = removal.remove(look.messages, tails, limit);
    if (stoppedAt == null) {
      for (int i = 0; i < look.done; i++) {
        applications.remove();
      }
      lastMessage = look.last;
    } else {
      while (applications.element() != stoppedAt.application()) {
        applications.remove();
      }
      lastMessage = stoppedAt.id() - 1;
    }
    return true;
  }

  /** Loads the next applications; the walk pauses once there are none left. */
  private boolean load(long now) throws SQLException {
    boolean begins = lastApplication == Long.MIN_VALUE;
    if (begins) {
      walkBegan = now;
    }
    if (!begins || keepFrom(now) != Long.MIN_VALUE) {
      selectApplications.setLong(1, lastApplication);
      selectApplications.setInt(2, APPLICATIONS);
      try (ResultSet rows = selectApplications.executeQuery()) {
        while (rows.next()) {
          lastApplication = rows.getLong(1);
          applications.add(lastApplication);
        }
      }
    }
    lastMessage = Long.MIN_VALUE;
    if (applications.isEmpty()) {
      lastApplication = Long.MIN_VALUE;
      nextWalk =
          now
              + Math.clamp(
                  PAUSE_TIMES_WALK * (now - walkBegan),
                  SHORTEST_PAUSE_MILLIS,
                  LONGEST_PAUSE_MILLIS);
    }
    return !applications.isEmpty();
  }

  // ---- scan of old messages -----------------------------------------------------------------

  /**
   * Result of a scan.
   *
   * @param messages messages past their retention, in the order of the walk
   * @param done the number of applications that are finished
   * @param last the last examined message of the next application, or the smallest id
   */
  private record Look(List<EarlyRemoval.Message> messages, int done, long last) {}

  private Look look(long now, long indexed, int limit) throws SQLException {
    List<EarlyRemoval.Message> found = new ArrayList<>();
    int done = 0;
    int left = limit;
    long last = lastMessage;
    for (long application : applications) {
      if (left <= 0) {
        break;
      }
      // Read each time: a user may revoke it while the walk is in progress.
      long retention = retention(application);
      List<EarlyRemoval.Message> page =
          retention == 0
              ? List.of()
              : removal.messages(
                  application, last, Math.min(Ids.firstAt(now - retention) - 1, indexed), left);
      found.addAll(page);
      if (page.size() == left) {
        return new Look(found, done, page.getLast().id());
      }
      left -= Math.max(1, page.size());
      last = Long.MIN_VALUE;
      done++;
    }
    return new Look(found, done, last);
  }

  private long retention(long application) throws SQLException {
    selectRetention.setLong(1, application);
    try (ResultSet row = selectRetention.executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    }
  }
}
