package dev.posthorn.internal.postgresql.store;

import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.history.MessageReads;
import dev.posthorn.internal.postgresql.live.LiveReads;
import dev.posthorn.internal.postgresql.sql.PartitionPages;
import dev.posthorn.internal.postgresql.sql.RowArrays;
import dev.posthorn.spi.store.reads.HandedOff;
import dev.posthorn.spi.store.reads.PartitionRow;
import dev.posthorn.spi.store.rows.HandoffRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads the deliveries that handoffs tell of, with their messages. */
final class HandedOffReads {
  /** The number of columns before those of the parked row. */
  private static final int MESSAGE_COLUMNS = 12;

  /** The limits have the planner look up each row by its key. */
  private static final String HANDED_OFF =
      "SELECT CASE WHEN f.total <= ? THEN f.m_id END, f.application, f.type, f.channels, f.tags,"
          + " f.event_id, f.content_type, f.deliver_at, f.expunged, NULL,"
          + " CASE WHEN f.total <= ? THEN f.body END, f.public_id,"
          + " f.id, f.endpoint, f.message, f.due, f.deadline, f.not_before, f.attempts, f.kind,"
          + " f.partition FROM (SELECT w.place, m.id AS m_id, m.application, m.type, m.channels,"
          + " m.tags, m.event_id, m.content_type, m.deliver_at, m.body IS NULL AS expunged, m.body,"
          + " m.public_id, "
          + LiveReads.PARKED_COLUMNS
          + ", p.partition, sum(coalesce(length(m.body), 0)) OVER (ORDER BY w.place) AS total"
          + " FROM unnest(?::smallint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::integer[])"
          + " WITH ORDINALITY AS w(partition, endpoint, due, id, number, place)"
          + " CROSS JOIN LATERAL (SELECT p.* FROM posthorn.parked p"
          + " WHERE p.partition = w.partition AND p.endpoint = w.endpoint AND p.due = w.due"
          + " AND p.id = w.id LIMIT 1) p"
          + " LEFT JOIN LATERAL (SELECT m.* FROM posthorn.message m WHERE w.number = 0"
          + " AND m.partition = w.partition AND m.id = p.message LIMIT 1) m ON true"
          + ") f ORDER BY f.place";

  private HandedOffReads() {}

  /** One of the deliveries of a handoff. */
  private record Key(HandoffRow handoff, int number) {
    long endpoint() {
      return handoff.endpoints()[number];
    }
  }

  /** Returns those that still wait, with messages as far as their bodies fit. */
  static List<PartitionRow<HandedOff>> read(
      Session session, List<PartitionRow<HandoffRow>> handoffs, long maxBytes) throws SQLException {
    List<PartitionRow<Key>> keys = new ArrayList<>();
    for (PartitionRow<HandoffRow> each : handoffs) {
      for (int i = 0; i < each.row().endpoints().length; i++) {
        keys.add(new PartitionRow<>(each.partition(), new Key(each.row(), i)));
      }
    }
    try (PreparedStatement statement = session.prepare(HANDED_OFF)) {
      new RowArrays<>(keys)
          .and(maxBytes)
          .and(maxBytes)
          .and(PartitionPages.of(keys))
          .longs(each -> each.row().endpoint())
          .longs(each -> each.row().handoff.position())
          .longs(each -> each.row().handoff.subject() + each.row().number)
          .ints(each -> each.row().number)
          .bind(statement);
      List<PartitionRow<HandedOff>> found = new ArrayList<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          found.add(row(row));
        }
      }
      return found;
    }
  }

  private static PartitionRow<HandedOff> row(ResultSet row) throws SQLException {
    boolean hasMessage = row.getLong(1) != 0;
    MessageRow message = hasMessage ? MessageReads.message(row, row.getBytes(11)) : null;
    return new PartitionRow<>(
        row.getInt(MESSAGE_COLUMNS + 9),
        new HandedOff(LiveReads.parkedRow(row, MESSAGE_COLUMNS), message));
  }
}
