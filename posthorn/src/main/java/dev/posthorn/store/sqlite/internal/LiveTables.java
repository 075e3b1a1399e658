package dev.posthorn.store.sqlite.internal;

import dev.posthorn.store.AttemptKind;
import dev.posthorn.store.LiveRow;
import dev.posthorn.store.StoreException;
import dev.posthorn.store.StoreException.Reason;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Writes the deliveries that wait: the tables {@code hot} and {@code parked}. */
final class LiveTables {
  private final PreparedStatement insertHot;
  private final PreparedStatement deleteHot;
  private final PreparedStatement putParked;
  private final PreparedStatement deleteParked;

  LiveTables(Statements statements) throws SQLException {
    insertHot =
        statements.get(
            "INSERT INTO hot(id, endpoint, message, due, deadline) VALUES (?, ?, ?, ?, ?)"
                + " ON CONFLICT DO NOTHING");
    deleteHot = statements.get("DELETE FROM hot WHERE id = ?");
    putParked =
        statements.get(
            "INSERT INTO parked(endpoint, due, id, message, not_before, attempts, deadline, kind)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                + " message = excluded.message, not_before = excluded.not_before,"
                + " attempts = excluded.attempts, deadline = excluded.deadline, kind = excluded.kind");
    deleteParked = statements.get("DELETE FROM parked WHERE endpoint = ? AND due = ? AND id = ?");
  }

  void addHot(List<LiveRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    PreparedStatement s = insertHot;
    for (LiveRow row : rows) {
      checkHot(row);
      s.setLong(1, row.id());
      s.setLong(2, row.endpoint());
      s.setLong(3, row.message());
      s.setLong(4, row.due());
      s.setLong(5, row.deadline());
      s.addBatch();
    }
    s.executeBatch();
  }

  /** The table has no columns for what must be so. */
  private static void checkHot(LiveRow row) {
    if (row.attempts() != 0
        || row.notBefore() != 0
        || row.kind() != AttemptKind.SCHEDULED
        || row.id() <= row.message()) {
      throw new StoreException(
          Reason.REJECTED,
          row
              + " cannot be hot: it has attempts, a time to wait for or another kind, or its id is not"
              + " above its message's; park it",
          null);
    }
  }

  void removeHot(List<LiveRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    for (LiveRow row : rows) {
      deleteHot.setLong(1, row.id());
      deleteHot.addBatch();
    }
    deleteHot.executeBatch();
  }

  void putParked(List<LiveRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    PreparedStatement s = putParked;
    for (LiveRow row : rows) {
      s.setLong(1, row.endpoint());
      s.setLong(2, row.due());
      s.setLong(3, row.id());
      s.setLong(4, row.message());
      s.setLong(5, row.notBefore());
      s.setInt(6, row.attempts());
      s.setLong(7, row.deadline());
      s.setInt(8, Values.code(row.kind()));
      s.addBatch();
    }
    s.executeBatch();
  }

  void removeParked(List<LiveRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    for (LiveRow row : rows) {
      deleteParked.setLong(1, row.endpoint());
      deleteParked.setLong(2, row.due());
      deleteParked.setLong(3, row.id());
      deleteParked.addBatch();
    }
    deleteParked.executeBatch();
  }
}
