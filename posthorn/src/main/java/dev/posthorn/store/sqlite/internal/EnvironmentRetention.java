package dev.posthorn.store.sqlite.internal;

import dev.posthorn.id.Ids;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
final class EnvironmentRetention {
  private static final int APPLICATIONS = 200;
  private static final int ATTEMPTS_PER_MESSAGE = 4;
  private static final long SHORTEST_PAUSE_MILLIS = 60_000;
  private static final long LONGEST_PAUSE_MILLIS = 3_600_000;
  private static final int PAUSE_TIMES_WALK = 9;

  private final AttemptRetention attempts;
  private final MessageRemoval removal;
  private final PreparedStatement shortest;
  private final PreparedStatement selectApplications;
  private final PreparedStatement selectRetention;
  private final PreparedStatement selectMessages;

  /**
   * The applications that come next, and where in the first of them the walk stands. It is of no
   * matter after a rollback: what stayed is found by the next walk.
   */
  private final ArrayDeque<Long> applications = new ArrayDeque<>();

  private long lastMessage = Long.MIN_VALUE;
  private long lastApplication = Long.MIN_VALUE;
  private long walkBegan;
  private long nextWalk;

  private record Message(long id, long application, @Nullable String eventId, boolean live) {}

  /** What is not in the indexes yet. */
  record Tails(Tail.View messages, Tail.View attempts) {

    /**
     * Takes out of a set of messages those that are not in the indexes with all of their attempts.
     */
    void strike(Set<Long> ids) {
      long most = Collections.max(ids); // most of the tail is younger
      for (Run run : messages.runs()) {
        strike(run.ids(), run.size(), most, ids);
      }
      for (Run run : attempts.runs()) {
        strike(run.keys()[0], run.size(), most, ids);
      }
    }

    private static void strike(long[] messages, int size, long most, Set<Long> ids) {
      for (int i = 0; i < size; i++) {
        if (messages[i] <= most) {
          ids.remove(messages[i]);
        }
      }
    }
  }

  EnvironmentRetention(Statements statements, AttemptRetention attempts) throws SQLException {
    this.attempts = attempts;
    removal = new MessageRemoval(statements);
    shortest = statements.get("SELECT min(retention) FROM environment WHERE retention IS NOT NULL");
    selectApplications =
        statements.get("SELECT id FROM application WHERE id > ? ORDER BY id LIMIT ?");
    selectRetention =
        statements.get(
            "SELECT e.retention FROM application a JOIN environment e ON e.id = a.environment"
                + " WHERE a.id = ?");
    selectMessages =
        statements.get(
            "SELECT m.id, m.event_id, "
                + Retention.IS_LIVE
                + " FROM message_by_application i CROSS JOIN message m ON m.id = i.id"
                + " WHERE i.application = ? AND i.id > ? AND i.id <= ? ORDER BY i.id LIMIT ?");
  }

  /** Returns from which id all environments keep their messages; the least if none has a say. */
  long keepFrom(long now) throws SQLException {
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
  boolean slice(long now, Tails tails, boolean settled, int limit) throws SQLException {
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
    Look look = look(now, tails.messages.indexed(), limit);
    Message stoppedAt = remove(look.messages, tails, limit * ATTEMPTS_PER_MESSAGE);
    if (stoppedAt == null) {
      for (int i = 0; i < look.done; i++) {
        applications.remove();
      }
      lastMessage = look.last;
    } else {
      while (applications.element() != stoppedAt.application) {
        applications.remove();
      }
      lastMessage = stoppedAt.id - 1;
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
  private record Look(List<Message> messages, int done, long last) {}

  private Look look(long now, long indexed, int limit) throws SQLException {
    List<Message> found = new ArrayList<>();
    int done = 0;
    int left = limit;
    long last = lastMessage;
    for (long application : applications) {
      if (left <= 0) {
        break;
      }
      // Read again and again: it may be taken back while the walk is under way.
      long retention = retention(application);
      List<Message> page =
          retention == 0
              ? List.of()
              : messages(
                  application, last, Math.min(Ids.firstAt(now - retention) - 1, indexed), left);
      found.addAll(page);
      if (page.size() == left) {
        return new Look(found, done, page.getLast().id);
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

  private List<Message> messages(long application, long after, long end, int limit)
      throws SQLException {
    selectMessages.setLong(1, application);
    selectMessages.setLong(2, after);
    selectMessages.setLong(3, end);
    selectMessages.setInt(4, limit);
    List<Message> found = new ArrayList<>();
    try (ResultSet rows = selectMessages.executeQuery()) {
      while (rows.next()) {
        found.add(new Message(rows.getLong(1), application, rows.getString(2), rows.getBoolean(3)));
      }
    }
    return found;
  }

  // ---- removal -------------------------------------------------------------------------------

  /**
   * Removes what can go of some messages.
   *
   * @param budget how many attempts to remove, at most
   * @return the message to go on with if that is spent, or null
   */
  private @Nullable Message remove(List<Message> found, Tails tails, int budget)
      throws SQLException {
    Set<Long> free = new HashSet<>();
    for (Message message : found) {
      if (!message.live) {
        free.add(message.id);
      }
    }
    if (free.isEmpty()) {
      return null;
    }
    tails.strike(free);
    int left = budget;
    Message stoppedAt = null;
    for (Message message : found) {
      if (free.contains(message.id)) {
        // One that has more than a whole slice removes goes in parts; else a message goes whole.
        boolean partly = left == budget;
        int count = attempts.removeAll(message.id, tails.attempts.indexed(), left, partly);
        if (count > left) {
          stoppedAt = message;
          break;
        }
        left -= count;
        removal.add(message.id, message.application, message.eventId);
      }
    }
    removal.run();
    return stoppedAt;
  }
}
