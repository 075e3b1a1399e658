package dev.posthorn.store.sqlite.internal;

import dev.posthorn.store.Batch;
import dev.posthorn.store.LiveRow;
import dev.posthorn.store.MessageRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Removes history that is past its retention, a bounded slice at a time, at its old edge.
 *
 * <p>Two edges move forward, each row is looked at once. Messages below the first edge ({@link
 * Progress#messagesRetained}) are gone, except those that had a live row when the edge passed them:
 * they are held. Attempts follow with an edge of their own, never past that of the messages; an
 * attempt whose message is still there is held with it.
 *
 * <p>A held message is not looked for again. Instead each commit that removes a live row of a
 * message below the edge notes that message in {@code retention_check}, as does a message that
 * arrives with an id below the edge. A slice looks at the noted ones: if no live row is left the
 * message goes, with those of its attempts that the second edge has passed.
 */
final class Retention {
  private static final int MESSAGES = 500;
  private static final int ATTEMPTS = 2_000;

  private static final String IS_LIVE =
      "EXISTS (SELECT 1 FROM hot h WHERE h.id > m.id AND h.id <= m.id + length(m.targets) / 8"
          + " AND h.message = m.id) OR EXISTS (SELECT 1 FROM parked p WHERE p.message = m.id)";

  private final ProgressTable progress;
  private final PreparedStatement selectMessages;
  private final PreparedStatement selectAttempts;
  private final PreparedStatement selectNoted;
  private final PreparedStatement selectNotedAttempts;
  private final PreparedStatement note;
  private final PreparedStatement unnote;
  private final PreparedStatement deleteMessage;
  private final PreparedStatement deleteAttempt;
  private final PreparedStatement deleteByApplication;
  private final PreparedStatement deleteByMessage;
  private final PreparedStatement deleteByEndpoint;

  private record Message(long id, long application, boolean live) {}

  private record Attempt(long id, long message, long endpoint) {}

  Retention(Statements statements, ProgressTable progress) throws SQLException {
    this.progress = progress;
    selectMessages =
        statements.get(
            "SELECT m.id, m.application, "
                + IS_LIVE
                + " FROM message m"
                + " WHERE m.id > ? AND m.id <= ? ORDER BY m.id LIMIT ?");
    selectAttempts =
        statements.get(
            "SELECT a.id, a.message, a.endpoint, EXISTS (SELECT 1 FROM message WHERE id = a.message)"
                + " FROM attempt a WHERE a.id > ? AND a.id <= ? ORDER BY a.id LIMIT ?");
    selectNoted =
        statements.get(
            "SELECT c.message, m.application, "
                + IS_LIVE
                + " FROM retention_check c"
                + " LEFT JOIN message m ON m.id = c.message WHERE c.message <= ? ORDER BY 1 LIMIT ?");
    selectNotedAttempts =
        statements.get(
            "SELECT a.id, a.message, a.endpoint FROM attempt_by_message i CROSS JOIN attempt a"
                + " ON a.id = i.id WHERE i.message = ? AND i.id <= ? ORDER BY i.id LIMIT ?");
    note = statements.get("INSERT INTO retention_check(message) VALUES (?) ON CONFLICT DO NOTHING");
    unnote = statements.get("DELETE FROM retention_check WHERE message = ?");
    deleteMessage = statements.get("DELETE FROM message WHERE id = ?");
    deleteAttempt = statements.get("DELETE FROM attempt WHERE id = ?");
    deleteByApplication =
        statements.get("DELETE FROM message_by_application WHERE application = ? AND id = ?");
    deleteByMessage = statements.get("DELETE FROM attempt_by_message WHERE message = ? AND id = ?");
    deleteByEndpoint =
        statements.get("DELETE FROM attempt_by_endpoint WHERE endpoint = ? AND id = ?");
  }

  /** Notes the messages below the edge that lose a live row, or arrive, with this batch. */
  void note(Batch batch) throws SQLException {
    long edge = progress.next().messagesRetained();
    for (LiveRow row : batch.unhot) {
      note(row.message(), edge);
    }
    for (LiveRow row : batch.unparked) {
      note(row.message(), edge);
    }
    for (MessageRow row : batch.messages) {
      note(row.id(), edge);
    }
  }

  private void note(long message, long edge) throws SQLException {
    if (message <= edge) {
      note.setLong(1, message);
      note.executeUpdate();
    }
  }

  /**
   * Removes a slice in the current transaction.
   *
   * @param keepFrom what has a smaller id is past its retention
   * @param indexedTo everything that there is up to this id is in the indexes
   * @return whether there may be more
   */
  boolean slice(long keepFrom, long indexedTo) throws SQLException {
    long end = Math.min(Math.min(keepFrom - 1, indexedTo), progress.next().idFloor());
    boolean messages = messages(end);
    boolean attempts = attempts(Math.min(end, progress.next().messagesRetained()));
    return noted(keepFrom) || messages || attempts;
  }

  private boolean messages(long end) throws SQLException {
    Progress now = progress.next();
    if (now.messagesRetained() >= end) {
      return false;
    }
    List<Message> found = new ArrayList<>();
    selectMessages.setLong(1, now.messagesRetained());
    selectMessages.setLong(2, end);
    selectMessages.setInt(3, MESSAGES);
    try (ResultSet rows = selectMessages.executeQuery()) {
      while (rows.next()) {
        found.add(new Message(rows.getLong(1), rows.getLong(2), rows.getBoolean(3)));
      }
    }
    for (Message message : found) {
      if (!message.live) {
        remove(message);
      }
    }
    deleteMessage.executeBatch();
    deleteByApplication.executeBatch();
    boolean more = found.size() == MESSAGES;
    long edge = more ? found.getLast().id : end;
    progress.next(now.withRetained(edge, now.attemptsRetained()));
    return more;
  }

  private void remove(Message message) throws SQLException {
    deleteMessage.setLong(1, message.id);
    deleteMessage.addBatch();
    deleteByApplication.setLong(1, message.application);
    deleteByApplication.setLong(2, message.id);
    deleteByApplication.addBatch();
  }

  private boolean attempts(long end) throws SQLException {
    Progress now = progress.next();
    if (now.attemptsRetained() >= end) {
      return false;
    }
    List<Attempt> found = new ArrayList<>();
    int seen = 0;
    long edge = end;
    selectAttempts.setLong(1, now.attemptsRetained());
    selectAttempts.setLong(2, end);
    selectAttempts.setInt(3, ATTEMPTS);
    try (ResultSet rows = selectAttempts.executeQuery()) {
      while (rows.next()) {
        seen++;
        if (!rows.getBoolean(4)) {
          found.add(new Attempt(rows.getLong(1), rows.getLong(2), rows.getLong(3)));
        }
        if (seen == ATTEMPTS) {
          edge = rows.getLong(1);
        }
      }
    }
    remove(found);
    progress.next(now.withRetained(now.messagesRetained(), edge));
    return seen == ATTEMPTS;
  }

  private void remove(List<Attempt> attempts) throws SQLException {
    for (Attempt attempt : attempts) {
      deleteAttempt.setLong(1, attempt.id);
      deleteAttempt.addBatch();
      deleteByMessage.setLong(1, attempt.message);
      deleteByMessage.setLong(2, attempt.id);
      deleteByMessage.addBatch();
    }
    deleteAttempt.executeBatch();
    deleteByMessage.executeBatch();
    // One endpoint's rows lie together.
    attempts.sort(Comparator.comparingLong(Attempt::endpoint));
    for (Attempt attempt : attempts) {
      deleteByEndpoint.setLong(1, attempt.endpoint);
      deleteByEndpoint.setLong(2, attempt.id);
      deleteByEndpoint.addBatch();
    }
    deleteByEndpoint.executeBatch();
  }

  private boolean noted(long keepFrom) throws SQLException {
    List<Message> noted = new ArrayList<>();
    // One that is not indexed yet would leave its index row behind.
    selectNoted.setLong(1, Math.min(keepFrom - 1, progress.next().messagesIndexed()));
    selectNoted.setInt(2, MESSAGES);
    try (ResultSet rows = selectNoted.executeQuery()) {
      while (rows.next()) {
        noted.add(new Message(rows.getLong(1), rows.getLong(2), rows.getBoolean(3)));
      }
    }
    int budget = ATTEMPTS;
    for (Message message : noted) {
      if (!message.live) {
        List<Attempt> attempts = passedAttempts(message.id, budget);
        remove(attempts);
        budget -= attempts.size();
        if (budget == 0) {
          break;
        }
        remove(message);
      }
      unnote.setLong(1, message.id);
      unnote.executeUpdate();
    }
    deleteMessage.executeBatch();
    deleteByApplication.executeBatch();
    return budget == 0 || noted.size() == MESSAGES;
  }

  private List<Attempt> passedAttempts(long message, int limit) throws SQLException {
    List<Attempt> found = new ArrayList<>();
    selectNotedAttempts.setLong(1, message);
    selectNotedAttempts.setLong(2, progress.next().attemptsRetained());
    selectNotedAttempts.setInt(3, limit);
    try (ResultSet rows = selectNotedAttempts.executeQuery()) {
      while (rows.next()) {
        found.add(new Attempt(rows.getLong(1), rows.getLong(2), rows.getLong(3)));
      }
    }
    return found;
  }
}
