package dev.posthorn.store.sqlite.internal;

import dev.posthorn.store.AttemptKind;
import dev.posthorn.store.AttemptQuery;
import dev.posthorn.store.AttemptRow;
import dev.posthorn.store.DeliveryState;
import dev.posthorn.store.MessageQuery;
import dev.posthorn.store.MessageRow;
import dev.posthorn.store.Page;
import dev.posthorn.transport.Timings;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads messages and attempts. */
final class HistoryReads {
  private static final AttemptKind[] KINDS = AttemptKind.values();
  private static final DeliveryState[] STATES = DeliveryState.values();
  private static final byte[] NO_BODY = {};

  private static final String MESSAGE_COLUMNS =
      "m.id, m.application, m.type, m.channels, m.tags, m.event_id, m.content_type, m.targets,"
          + " m.body IS NULL";
  private static final String MESSAGE =
      "SELECT " + MESSAGE_COLUMNS + ", m.body FROM message m WHERE m.id = ?";
  private static final String LISTED_MESSAGE =
      "SELECT " + MESSAGE_COLUMNS + " FROM message m WHERE m.id = ?";
  private static final String INDEXED_MESSAGES =
      "SELECT "
          + MESSAGE_COLUMNS
          + " FROM message_by_application i CROSS JOIN message m ON m.id = i.id"
          + " WHERE i.application = ? AND i.id > ? AND i.id < ?";

  private static final String ATTEMPT_COLUMNS =
      "a.id, a.message, a.delivery, a.endpoint, a.kind, a.state, a.spent, a.status, a.error, a.dns,"
          + " a.connect, a.tls, a.first_byte, a.total, a.excerpt, a.next_due";
  private static final String ATTEMPT =
      "SELECT " + ATTEMPT_COLUMNS + " FROM attempt a WHERE a.id = ?";
  private static final String ATTEMPTS_OF_MESSAGE =
      "SELECT "
          + ATTEMPT_COLUMNS
          + " FROM attempt_by_message i CROSS JOIN attempt a ON a.id = i.id"
          + " WHERE i.message = ? AND i.id <= ? ORDER BY i.id";
  private static final String INDEXED_ATTEMPTS =
      "SELECT "
          + ATTEMPT_COLUMNS
          + " FROM attempt_by_endpoint i CROSS JOIN attempt a ON a.id = i.id"
          + " WHERE i.endpoint = ? AND i.id > ? AND i.id < ?";

  private HistoryReads() {}

  static @Nullable MessageRow message(Reader reader, long id) throws SQLException {
    return reader.one(row -> message(row, row.getBytes(10)), MESSAGE, id);
  }

  static List<MessageRow> messages(Reader reader, long[] ids) throws SQLException {
    List<MessageRow> found = new ArrayList<>(ids.length);
    for (long id : ids) {
      MessageRow row = message(reader, id);
      if (row != null) {
        found.add(row);
      }
    }
    return found;
  }

  /** Lists messages; the tail must have been looked at before the reader began. */
  static Page<MessageRow> messages(Reader reader, Tail.View tail, MessageQuery query)
      throws SQLException {
    HistoryScan.Source<MessageRow> source =
        new HistoryScan.Source<>(
            tail.find(0, query.application(), query.after(), query.before()),
            tail.indexed(),
            INDEXED_MESSAGES,
            query.application(),
            LISTED_MESSAGE,
            row -> row.getLong(2) == query.application() ? message(row, NO_BODY) : null);
    HistoryScan.Range range =
        new HistoryScan.Range(query.after(), query.before(), query.newestFirst(), query.limit());
    return new HistoryScan<>(source, range, row -> matches(query, row)).run(reader);
  }

  private static boolean matches(MessageQuery query, MessageRow row) {
    return (query.types().isEmpty() || query.types().contains(row.type()))
        && (query.channel() == null || row.channels().contains(query.channel()));
  }

  /** Returns a message's attempts; the tail must have been looked at before the reader began. */
  static List<AttemptRow> attempts(Reader reader, Tail.View tail, long message)
      throws SQLException {
    List<AttemptRow> found =
        reader.list(HistoryReads::attempt, ATTEMPTS_OF_MESSAGE, message, tail.indexed());
    for (long id : tail.find(0, message, Long.MIN_VALUE, Long.MAX_VALUE)) {
      AttemptRow row = reader.one(HistoryReads::attempt, ATTEMPT, id);
      if (row != null && row.message() == message) {
        found.add(row);
      }
    }
    return found;
  }

  /** Lists attempts; the tail must have been looked at before the reader began. */
  static Page<AttemptRow> attempts(Reader reader, Tail.View tail, AttemptQuery query)
      throws SQLException {
    HistoryScan.Source<AttemptRow> source =
        new HistoryScan.Source<>(
            tail.find(1, query.endpoint(), query.after(), query.before()),
            tail.indexed(),
            INDEXED_ATTEMPTS,
            query.endpoint(),
            ATTEMPT,
            row -> row.getLong(4) == query.endpoint() ? attempt(row) : null);
    HistoryScan.Range range =
        new HistoryScan.Range(query.after(), query.before(), query.newestFirst(), query.limit());
    return new HistoryScan<>(
            source, range, row -> query.state() == null || row.state() == query.state())
        .run(reader);
  }

  private static MessageRow message(ResultSet row, byte @Nullable [] body) throws SQLException {
    return new MessageRow(
        row.getLong(1),
        row.getLong(2),
        row.getString(3),
        Values.strings(row.getString(4)),
        Values.strings(row.getString(5)),
        row.getString(6),
        row.getString(7),
        Values.ids(row.getBytes(8)),
        Values.bytes(body),
        row.getBoolean(9));
  }

  private static AttemptRow attempt(ResultSet row) throws SQLException {
    return new AttemptRow(
        row.getLong(1),
        row.getLong(2),
        row.getLong(3),
        row.getLong(4),
        KINDS[row.getInt(5)],
        STATES[row.getInt(6)],
        row.getInt(7),
        row.getInt(8),
        row.getString(9),
        new Timings(row.getInt(10), row.getInt(11), row.getInt(12), row.getInt(13), row.getInt(14)),
        Values.bytes(row.getBytes(15)),
        row.getLong(16));
  }
}
