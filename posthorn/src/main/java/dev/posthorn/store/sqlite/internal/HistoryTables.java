package dev.posthorn.store.sqlite.internal;

import dev.posthorn.store.AttemptRow;
import dev.posthorn.store.Batch;
import dev.posthorn.store.MessageRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Writes messages and attempts, and has them indexed behind. */
final class HistoryTables {
  /**
   * Messages that are indexed together. They are large, and those not indexed are read at the
   * start.
   */
  private static final int MESSAGE_RUN = 32_768;

  /** Attempts that are indexed together: the more, the fewer pages are written for each. */
  private static final int ATTEMPT_RUN = 65_536;

  private static final int LOADED_TOGETHER = 1_024;

  private final PreparedStatement insertMessage;
  private final PreparedStatement insertAttempt;
  private final PreparedStatement expungeMessage;
  private final PreparedStatement expungeAttempt;
  private final HistoryIndex messages;
  private final HistoryIndex attempts;

  HistoryTables(Statements statements, Progress progress) throws SQLException {
    insertMessage =
        statements.get(
            "INSERT INTO message(id, application, type, channels, tags, event_id, content_type,"
                + " targets, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
    insertAttempt =
        statements.get(
            "INSERT INTO attempt(id, message, delivery, endpoint, kind, state, spent, status, error,"
                + " dns, connect, tls, first_byte, total, excerpt, next_due)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
    expungeMessage = statements.get("UPDATE message SET body = NULL WHERE id = ?");
    expungeAttempt = statements.get("UPDATE attempt SET excerpt = NULL WHERE id = ?");
    Tail messageTail = new Tail(1, MESSAGE_RUN, progress.messagesIndexed());
    load(statements, messageTail, "SELECT id, application, 0 FROM message");
    messages =
        new HistoryIndex(messageTail, index(statements, "message_by_application(application, id)"));
    Tail attemptTail = new Tail(2, ATTEMPT_RUN, progress.attemptsIndexed());
    load(statements, attemptTail, "SELECT id, message, endpoint FROM attempt");
    attempts =
        new HistoryIndex(
            attemptTail,
            index(statements, "attempt_by_message(message, id)"),
            index(statements, "attempt_by_endpoint(endpoint, id)"));
  }

  private static PreparedStatement index(Statements statements, String table) throws SQLException {
    return statements.get("INSERT INTO " + table + " VALUES (?, ?) ON CONFLICT DO NOTHING");
  }

  /** Reads what was not indexed when the store was closed. */
  private static void load(Statements statements, Tail tail, String select) throws SQLException {
    PreparedStatement statement = statements.get(select + " WHERE id > ? ORDER BY id");
    statement.setLong(1, tail.view().indexed());
    try (ResultSet rows = statement.executeQuery()) {
      for (int count = 1; rows.next(); count++) {
        tail.add(rows.getLong(1), rows.getLong(2), rows.getLong(3));
        if (count % LOADED_TOGETHER == 0) {
          tail.committed();
        }
      }
    }
    tail.committed();
  }

  HistoryIndex messages() {
    return messages;
  }

  HistoryIndex attempts() {
    return attempts;
  }

  void addMessages(List<MessageRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    PreparedStatement s = insertMessage;
    for (MessageRow row : rows) {
      s.setLong(1, row.id());
      s.setLong(2, row.application());
      s.setString(3, row.type());
      s.setString(4, Values.ofStrings(row.channels()));
      s.setString(5, Values.ofStrings(row.tags()));
      s.setString(6, row.eventId());
      s.setString(7, row.contentType());
      s.setBytes(8, Values.ofIds(row.targets()));
      s.setBytes(9, row.expunged() ? null : row.body());
      s.addBatch();
      messages.add(row.id(), row.application(), 0);
    }
    s.executeBatch();
  }

  void addAttempts(List<AttemptRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    PreparedStatement s = insertAttempt;
    for (AttemptRow row : rows) {
      s.setLong(1, row.id());
      s.setLong(2, row.message());
      s.setLong(3, row.delivery());
      s.setLong(4, row.endpoint());
      s.setInt(5, Values.code(row.kind()));
      s.setInt(6, Values.code(row.state()));
      s.setInt(7, row.spent());
      s.setInt(8, row.status());
      s.setString(9, row.error());
      s.setInt(10, row.timings().dns());
      s.setInt(11, row.timings().connect());
      s.setInt(12, row.timings().tls());
      s.setInt(13, row.timings().firstByte());
      s.setInt(14, row.timings().total());
      s.setBytes(15, Values.ofBytes(row.excerpt()));
      s.setLong(16, row.nextDue());
      s.addBatch();
      attempts.add(row.id(), row.message(), row.endpoint());
    }
    s.executeBatch();
  }

  void expunge(Batch batch) throws SQLException {
    expunge(expungeMessage, batch.expungedMessages);
    expunge(expungeAttempt, batch.expungedAttempts);
  }

  private static void expunge(PreparedStatement update, List<Long> ids) throws SQLException {
    if (ids.isEmpty()) {
      return;
    }
    for (long id : ids) {
      update.setLong(1, id);
      update.addBatch();
    }
    update.executeBatch();
  }
}
