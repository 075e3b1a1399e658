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
 * Removes the messages of environments that keep them for less time than the store does, with their
 * attempts, a bounded slice at a time.
 *
 * <p>It walks the applications of all environments by id, and the messages of those that are
 * concerned from the oldest, again and again with a pause between two walks. So there is no edge to
 * be kept, and what has to stay is simply looked at again in the next walk: a message that waits to
 * be delivered, or one that is not in the indexes yet with all of its attempts. The more there is
 * to look at, the longer the pause.
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
   * The applications that come next, and where in the first of them the walk stands. It is of no
   * matter after a rollback: what stayed is found by the next walk.
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

  /** Returns from which id all environments keep their messages; the least if none has a say. */
  public long keepFrom(long now) throws SQLException {
    try (ResultSet row = shortest.executeQuery()) {
      long millis = row.next() ? row.getLong(1) : 0;
      return millis == 0 ? Long.MIN_VALUE : Ids.firstAt(now - millis);
    }
  }

  /**
   * Removes a slice in the current transaction.
   *
   * @param settled whether all that environments keep no longer is in the indexes
   * @param limit how many messages to look at, at most
   * @return whether the walk goes on
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

  /** Finds applications to go on with; the walk pauses once there are no more. */
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

  // ---- a look at what is old -----------------------------------------------------------------

  /**
   * What was looked at.
   *
   * @param messages past their retention, in the order of the walk
   * @param done how many applications are done with
   * @param last the last message of the next one that was looked at, or the least
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
      // Read again and again: it may be taken back while the walk is under way.
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
