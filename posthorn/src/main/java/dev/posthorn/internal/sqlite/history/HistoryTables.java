package dev.posthorn.internal.sqlite.history;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.internal.rows.Values;
import dev.posthorn.internal.sqlite.file.Statements;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Writes messages and attempts, and queues them for indexing. */
public final class HistoryTables {
  /**
   * Number of messages per indexing run. Messages are large, and unindexed ones are read at
   * start-up.
   */
  private static final int MESSAGE_RUN = 32_768;

  /** Number of attempts per indexing run: the larger, the fewer pages are written per attempt. */
  private static final int ATTEMPT_RUN = 65_536;

  /** Removes a payload. */
  public static final String EXPUNGE_MESSAGE = "UPDATE message SET body = NULL WHERE id = ?";

  private static final AttemptKind[] KINDS = AttemptKind.values();
  private static final DeliveryState[] STATES = DeliveryState.values();
  private static final int LOADED_TOGETHER = 1_024;

  private final Removals removals;
  private final PreparedStatement insertMessage;
  private final PreparedStatement insertAttempt;
  private final PreparedStatement expungeMessage;
  private final PreparedStatement expungeAttempt;
  private final HourTable hours;
  private final HistoryIndex messages;
  private final HistoryIndex attempts;

  public HistoryTables(Statements statements, Progress progress, Removals removals)
      throws SQLException {
    this.removals = removals;
    insertMessage =
        statements.get(
            "INSERT INTO message(id, application, type, channels, tags, event_id, content_type,"
                + " targets, body, deliver_at, public_id)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                + " ON CONFLICT DO NOTHING");
    insertAttempt =
        statements.get(
            "INSERT INTO attempt(id, message, delivery, endpoint, kind, state, spent, status, error,"
                + " dns, connect, tls, first_byte, total, excerpt, next_due)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
    expungeMessage = statements.get(EXPUNGE_MESSAGE);
    expungeAttempt =
        statements.get(
            "UPDATE attempt SET excerpt = CAST('"
                + AttemptRow.EXPUNGED
                + "' AS BLOB) WHERE id = ?");
    Tail messageTail = new Tail(2, MESSAGE_RUN, progress.messagesIndexed());
    load(
        statements,
        messageTail,
        "SELECT id, application, event_id, public_id FROM message",
        (row, id) -> {
          messageTail.add(id, row.getLong(2), event(row), HourFlags.NOTHING);
          String publicId = row.getString(4);
          if (publicId != null) {
            long key = EventKey.ofPublicId(publicId);
            messageTail.add(id, row.getLong(2), key, HourFlags.NOTHING);
          }
        });
    messages =
        new HistoryIndex(
            messageTail,
            IndexTable.full(index(statements, "message_by_application(application, id)")),
            IndexTable.sparse(index(statements, "message_by_event(event, id)")));
    Tail attemptTail = new Tail(2, ATTEMPT_RUN, progress.attemptsIndexed());
    load(
        statements,
        attemptTail,
        "SELECT id, message, endpoint, kind, state, status FROM attempt",
        (row, id) -> attemptTail.add(id, row.getLong(2), row.getLong(3), mark(row)));
    hours = new HourTable(statements);
    attempts =
        new HistoryIndex(
            attemptTail,
            IndexTable.full(index(statements, "attempt_by_message(message, id)")),
            IndexTable.counted(index(statements, "attempt_by_endpoint(endpoint, id)"), hours));
  }

  private static long event(ResultSet row) throws SQLException {
    return EventKey.of(row.getLong(2), row.getString(3));
  }

  private static byte mark(ResultSet row) throws SQLException {
    return HourFlags.of(KINDS[row.getInt(4)], STATES[row.getInt(5)], row.getInt(6));
  }

  private static PreparedStatement index(Statements statements, String table) throws SQLException {
    return statements.get("INSERT INTO " + table + " VALUES (?, ?) ON CONFLICT DO NOTHING");
  }

  private interface Loader {
    void load(ResultSet row, long id) throws SQLException;
  }

  /** Loads the rows that were not indexed when the store was closed. */
  private static void load(Statements statements, Tail tail, String select, Loader loader)
      throws SQLException {
    PreparedStatement statement = statements.get(select + " WHERE id > ? ORDER BY id");
    statement.setLong(1, tail.view().indexed());
    try (ResultSet rows = statement.executeQuery()) {
      for (int count = 1; rows.next(); count++) {
        loader.load(rows, rows.getLong(1));
        if (count % LOADED_TOGETHER == 0) {
          tail.committed();
        }
      }
    }
    tail.committed();
  }

  public HistoryIndex messages() {
    return messages;
  }

  public HistoryIndex attempts() {
    return attempts;
  }

  public HourTable hours() {
    return hours;
  }

  public void addMessages(List<MessageRow> rows) throws SQLException {
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
      s.setObject(10, row.deliverAt() == 0 ? null : row.deliverAt());
      s.setString(11, row.publicId());
      s.addBatch();
      long event = EventKey.of(row.application(), row.eventId());
      messages.add(row.id(), row.application(), event, HourFlags.NOTHING);
      String publicId = row.publicId();
      if (publicId != null) { // a second row with the second key; the first key is in twice
        long key = EventKey.ofPublicId(publicId);
        messages.add(row.id(), row.application(), key, HourFlags.NOTHING);
      }
    }
    s.executeBatch();
  }

  public void addAttempts(List<AttemptRow> rows) throws SQLException {
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
      byte mark = HourFlags.of(row.kind(), row.state(), row.status());
      attempts.add(row.id(), row.message(), row.endpoint(), mark);
    }
    s.executeBatch();
  }

  public void expunge(PartitionBatch batch) throws SQLException {
    expunge(expungeMessage, batch.expungedMessages);
    expunge(expungeAttempt, batch.expungedAttempts);
  }

  private void expunge(PreparedStatement update, List<Long> ids) throws SQLException {
    if (ids.isEmpty()) {
      return;
    }
    removals.note();
    for (long id : ids) {
      update.setLong(1, id);
      update.addBatch();
    }
    update.executeBatch();
  }
}
