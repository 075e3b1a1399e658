package dev.posthorn.internal.sqlite.retention;

import dev.posthorn.internal.sqlite.file.Run;
import dev.posthorn.internal.sqlite.file.Statements;
import dev.posthorn.internal.sqlite.history.Tail;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Removes messages of an application before the general retention does, along with all of their
 * attempts. Messages with waiting deliveries stay, as do those that are not in the indexes yet.
 */
public final class EarlyRemoval {
  private static final int ATTEMPTS_PER_MESSAGE = 4;

  private final AttemptRetention attempts;
  private final MessageRemoval removal;
  private final PreparedStatement selectMessages;

  record Message(long id, long application, MessageRemoval.Names names, boolean live) {}

  /** Rows that are not in the indexes yet. */
  public record Tails(Tail.View messages, Tail.View attempts) {

    /**
     * Removes from a set the ids of messages that are not in the indexes with all of their
     * attempts.
     */
    void removeUnindexed(Set<Long> ids) {
      long most = Collections.max(ids); // most of the tail is newer
      for (Run run : messages.runs()) {
        removeUnindexed(run.ids(), run.size(), most, ids);
      }
      for (Run run : attempts.runs()) {
        removeUnindexed(run.keys()[0], run.size(), most, ids);
      }
    }

    private static void removeUnindexed(long[] messages, int size, long most, Set<Long> ids) {
      for (int i = 0; i < size; i++) {
        if (messages[i] <= most) {
          ids.remove(messages[i]);
        }
      }
    }
  }

  public EarlyRemoval(Statements statements, AttemptRetention attempts, MessageRemoval removal)
      throws SQLException {
    this.attempts = attempts;
    this.removal = removal;
    selectMessages =
        statements.get(
            "SELECT m.id, "
                + MessageRemoval.NAMES
                + ", "
                + Retention.IS_LIVE
                + " FROM message_by_application i CROSS JOIN message m ON m.id = i.id"
                + " WHERE i.application = ? AND i.id > ? AND i.id <= ? ORDER BY i.id LIMIT ?");
  }

  /** Returns messages of an application that are in the indexes, by id. */
  List<Message> messages(long application, long after, long end, int limit) throws SQLException {
    selectMessages.setLong(1, application);
    selectMessages.setLong(2, after);
    selectMessages.setLong(3, end);
    selectMessages.setInt(4, limit);
    List<Message> found = new ArrayList<>();
    try (ResultSet rows = selectMessages.executeQuery()) {
      while (rows.next()) {
        found.add(
            new Message(
                rows.getLong(1),
                application,
                MessageRemoval.Names.read(rows, 2),
                rows.getBoolean(4)));
      }
    }
    return found;
  }

  /**
   * Removes those of the given messages that can be removed.
   *
   * @param limit the number of messages for which to remove attempts, as a rule
   * @return the message to continue with if the limit is reached, or null
   */
  @Nullable Message remove(List<Message> found, Tails tails, int limit) throws SQLException {
    int budget = limit * ATTEMPTS_PER_MESSAGE;
    Set<Long> free = new HashSet<>();
    for (Message message : found) {
      if (!message.live) {
        free.add(message.id);
      }
    }
    if (free.isEmpty()) {
      return null;
    }
    tails.removeUnindexed(free);
    int left = budget;
    Message stoppedAt = null;
    for (Message message : found) {
      if (free.contains(message.id)) {
        // A message with more attempts than one slice removes goes in parts; any other goes as a
        // whole.
        boolean partly = left == budget;
        int count = attempts.removeAll(message.id, tails.attempts.indexed(), left, partly);
        if (count > left) {
          stoppedAt = message;
          break;
        }
        left -= count;
        removal.add(message.id, message.application, message.names);
      }
    }
    removal.run();
    return stoppedAt;
  }
}
