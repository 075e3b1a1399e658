package dev.posthorn.internal.postgresql.retention;

import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.sql.Query;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes messages of an application before the general retention does, along with all of their
 * attempts. Messages with waiting deliveries stay.
 */
final class EarlyRemoval {
  private static final int ATTEMPTS_PER_MESSAGE = 4;

  private static final String MESSAGES =
      "SELECT m.id, "
          + MessageRemoval.IS_LIVE
          + " FROM posthorn.message m WHERE m.partition = ? AND m.application = ? AND m.id > ?"
          + " AND m.id < ? ORDER BY m.id LIMIT ?";

  private final MessageRemoval removal;

  EarlyRemoval(MessageRemoval removal) {
    this.removal = removal;
  }

  /** A message; {@code live} if it has a live row. */
  private record Message(long id, boolean live) {}

  /**
   * The end of a slice.
   *
   * @param examined the number of messages examined
   * @param last the last message that is finished
   * @param done whether there are no more in the range
   */
  record Progress(int examined, long last, boolean done) {}

  /**
   * Removes some messages of an application between two ids, exclusive.
   *
   * @param limit the maximum number of messages to examine
   */
  Progress slice(Session session, Application application, long after, long before, int limit)
      throws SQLException {
    List<Message> found =
        Query.list(
            session,
            row -> new Message(row.getLong(1), row.getBoolean(2)),
            MESSAGES,
            application.partition(),
            application.id(),
            after,
            before,
            limit);
    List<Long> free = new ArrayList<>();
    for (Message message : found) {
      if (!message.live) {
        free.add(message.id);
      }
    }
    int most = limit * ATTEMPTS_PER_MESSAGE;
    int removed =
        free.isEmpty()
            ? 0
            : removal.remove(session, application.partition(), free, Long.MAX_VALUE, most);
    if (removed < free.size()) {
      return new Progress(found.size(), free.get(removed) - 1, false);
    }
    return found.size() < limit
        ? new Progress(found.size(), before - 1, true)
        : new Progress(found.size(), found.getLast().id, false);
  }

  /** An application with its partition. */
  record Application(int partition, long id) {}
}
