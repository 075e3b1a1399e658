package dev.posthorn.internal.postgresql.retention;

import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.sql.Query;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;

/** Removes messages with their attempts, within the current transaction. Owned by the writer. */
final class MessageRemoval {
  /** Condition that is true if the message {@code m} has a live row. */
  static final String IS_LIVE =
      "(EXISTS (SELECT FROM posthorn.hot h WHERE h.partition = m.partition AND h.id > m.id"
          + " AND h.id <= m.id + length(m.targets) / 8 AND h.message = m.id)"
          + " OR EXISTS (SELECT FROM posthorn.parked p WHERE p.partition = m.partition"
          + " AND p.message = m.id))";

  private static final String ATTEMPTS =
      "SELECT w.message, a.id FROM unnest(?::bigint[]) AS w(message) CROSS JOIN LATERAL"
          + " (SELECT a.id FROM posthorn.attempt a WHERE a.partition = ? AND a.message = w.message"
          + " AND a.id > w.message AND a.id < ? ORDER BY a.id LIMIT ?) a LIMIT ?";

  /** The condition for some ids; their range says which days' tables have them. */
  private static final String OF_IDS =
      " WHERE partition = ? AND id = ANY(?::bigint[]) AND id >= ? AND id <= ?";

  private static final String DELETE_ATTEMPTS = "DELETE FROM posthorn.attempt" + OF_IDS;
  private static final String DELETE_MESSAGES = "DELETE FROM posthorn.message" + OF_IDS;

  private final HourUpkeep hours;

  MessageRemoval(HourUpkeep hours) {
    this.hours = hours;
  }

  /** An attempt of a message. */
  private record Attempt(long message, long id) {}

  /**
   * Removes messages of a partition with their attempts, as long as there are not too many of
   * these; then the last message goes in parts.
   *
   * @param messages their ids, none of which has a live row
   * @param attemptsBefore attempts with this id or a greater one stay
   * @param most the maximum number of attempts to remove
   * @return the number of messages removed, from the first
   */
  int remove(Session session, int partition, List<Long> messages, long attemptsBefore, int most)
      throws SQLException {
    List<Attempt> attempts =
        Query.list(
            session,
            row -> new Attempt(row.getLong(1), row.getLong(2)),
            ATTEMPTS,
            Query.array(messages),
            partition,
            attemptsBefore,
            most,
            most);
    removeAttempts(session, partition, attempts.stream().map(Attempt::id).toList());
    List<Long> whole = messages;
    if (attempts.size() == most) {
      // There may be more attempts of the last message found, and of those after it.
      whole = messages.subList(0, messages.indexOf(attempts.getLast().message()));
    }
    removeMessages(session, partition, whole);
    return whole.size();
  }

  /** Removes attempts of a partition. */
  void removeAttempts(Session session, int partition, List<Long> ids) throws SQLException {
    if (!ids.isEmpty()) {
      hours.settle(session, partition, Collections.max(ids));
      delete(session, DELETE_ATTEMPTS, partition, ids);
    }
  }

  /** Removes messages of a partition without their attempts. */
  void removeMessages(Session session, int partition, List<Long> ids) throws SQLException {
    if (!ids.isEmpty()) {
      delete(session, DELETE_MESSAGES, partition, ids);
    }
  }

  private static void delete(Session session, String sql, int partition, List<Long> ids)
      throws SQLException {
    Query.update(
        session, sql, partition, Query.array(ids), Collections.min(ids), Collections.max(ids));
  }
}
