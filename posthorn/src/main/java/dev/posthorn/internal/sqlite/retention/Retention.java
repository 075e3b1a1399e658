package dev.posthorn.internal.sqlite.retention;

import dev.posthorn.internal.sqlite.file.Statements;
import dev.posthorn.internal.sqlite.history.Progress;
import dev.posthorn.internal.sqlite.history.ProgressTable;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes history that is past its retention, one bounded slice at a time, from its old edge.
 *
 * <p>Two edges move forward, and each row is examined once. Messages below the first edge ({@link
 * Progress#messagesRetained}) are gone, except those that had a live row when the edge passed them:
 * they are held. Attempts follow with their own edge ({@link AttemptRetention}), never past that of
 * the messages; an attempt whose message is still there is held with it.
 *
 * <p>No scan looks for a held message again. Instead each commit that removes a live row of a
 * message below the edge records that message in {@code retention_check}, as does a message that
 * arrives with an id below the edge. A slice examines the recorded ones: if no live row is left,
 * the message is removed, with those of its attempts that the second edge has passed.
 */
public final class Retention {
  /**
   * Attempts processed per message: a message may have several, and each is processed three times.
   */
  private static final int ATTEMPTS_PER_MESSAGE = 4;

  /** Condition that is true if the message {@code m} has a live row. */
  static final String IS_LIVE =
      "EXISTS (SELECT 1 FROM hot h WHERE h.id > m.id AND h.id <= m.id + length(m.targets) / 8"
          + " AND h.message = m.id) OR EXISTS (SELECT 1 FROM parked p WHERE p.message = m.id)"
          + " OR EXISTS (SELECT 1 FROM parked_new p WHERE p.message = m.id)";

  private final ProgressTable progress;
  private final AttemptRetention attempts;
  private final PreparedStatement selectMessages;
  private final PreparedStatement selectNoted;
  private final PreparedStatement note;
  private final PreparedStatement unnote;
  private final MessageRemoval removal;

  private record Message(long id, long application, MessageRemoval.Names names, boolean live) {}

  public Retention(
      Statements statements,
      ProgressTable progress,
      AttemptRetention attempts,
      MessageRemoval removal)
      throws SQLException {
    this.progress = progress;
    this.attempts = attempts;
    selectMessages =
        statements.get(
            "SELECT m.id, m.application, "
                + MessageRemoval.NAMES
                + ", "
                + IS_LIVE
                + " FROM message m WHERE m.id > ? AND m.id <= ? ORDER BY m.id LIMIT ?");
    selectNoted =
        statements.get(
            "SELECT c.message, m.application, "
                + MessageRemoval.NAMES
                + ", "
                + IS_LIVE
                + " FROM retention_check c LEFT JOIN message m ON m.id = c.message"
                + " WHERE c.message <= ? ORDER BY 1 LIMIT ?");
    note = statements.get("INSERT INTO retention_check(message) VALUES (?) ON CONFLICT DO NOTHING");
    unnote = statements.get("DELETE FROM retention_check WHERE message = ?");
    this.removal = removal;
  }

  /** Records the messages below the edge that lose a live row, or arrive, with this batch. */
  public void note(PartitionBatch batch) throws SQLException {
    long edge = progress.next().messagesRetained();
    for (LiveRow row : batch.hotRemovals) {
      note(row.message(), edge);
    }
    for (LiveRow row : batch.parkedRemovals) {
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
   * @param keepFrom rows with a smaller id are past their retention
   * @param indexedTo all rows up to this id are in the indexes
   * @param limit the maximum number of messages to remove
   * @return whether there may be more
   */
  public boolean slice(long keepFrom, long indexedTo, int limit) throws SQLException {
    long end = Math.min(Math.min(keepFrom - 1, indexedTo), progress.next().idFloor());
    boolean moreMessages = messages(end, limit);
    long passed = Math.min(end, progress.next().messagesRetained());
    boolean moreAttempts = attempts.slice(passed, !moreMessages, limit * ATTEMPTS_PER_MESSAGE);
    return noted(keepFrom, limit) || moreMessages || moreAttempts;
  }

  private boolean messages(long end, int limit) throws SQLException {
    Progress now = progress.next();
    if (now.messagesRetained() >= end) {
      return false;
    }
    List<Message> found = list(selectMessages, limit, now.messagesRetained(), end);
    for (Message message : found) {
      if (!message.live) {
        removal.add(message.id, message.application, message.names);
      }
    }
    removal.run();
    boolean more = found.size() == limit;
    long edge = more ? found.getLast().id : end;
    progress.next(now.withRetained(edge, now.attemptsRetained()));
    return more;
  }

  private boolean noted(long keepFrom, int limit) throws SQLException {
    // A message that is not indexed yet would leave its index row behind.
    long end = Math.min(keepFrom - 1, progress.next().messagesIndexed());
    List<Message> noted = list(selectNoted, limit, end);
    int budget = limit * ATTEMPTS_PER_MESSAGE;
    for (Message message : noted) {
      if (!message.live) {
        budget -= attempts.removePassed(message.id, budget);
        if (budget == 0) {
          break;
        }
        removal.add(message.id, message.application, message.names);
      }
      unnote.setLong(1, message.id);
      unnote.executeUpdate();
    }
    removal.run();
    return budget == 0 || noted.size() == limit;
  }

  private static List<Message> list(PreparedStatement select, int limit, long... range)
      throws SQLException {
    for (int i = 0; i < range.length; i++) {
      select.setLong(i + 1, range[i]);
    }
    select.setInt(range.length + 1, limit);
    List<Message> found = new ArrayList<>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        found.add(
            new Message(
                rows.getLong(1),
                rows.getLong(2),
                MessageRemoval.Names.read(rows, 3),
                rows.getBoolean(5)));
      }
    }
    return found;
  }
}
