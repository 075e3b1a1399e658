package dev.posthorn.internal.sqlite.retention;

import dev.posthorn.internal.sqlite.file.Statements;
import dev.posthorn.internal.sqlite.history.HistoryTables;
import dev.posthorn.internal.sqlite.history.Removals;
import dev.posthorn.spi.store.rows.PayloadEnd;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Removes payloads that are due, in order of due time, one bounded slice at a time. */
public final class PayloadRetention {
  private final Removals removals;
  private final PreparedStatement put;
  private final PreparedStatement select;
  private final PreparedStatement delete;
  private final PreparedStatement expunge;

  private record Due(PayloadEnd end, boolean live) {}

  public PayloadRetention(Statements statements, Removals removals) throws SQLException {
    this.removals = removals;
    put =
        statements.get(
            "INSERT INTO payload_end(due, message) VALUES (?, ?) ON CONFLICT DO NOTHING");
    select =
        statements.get(
            "SELECT e.due, e.message, "
                + Retention.IS_LIVE
                + " FROM payload_end e LEFT JOIN message m ON m.id = e.message"
                + " WHERE e.due <= ? ORDER BY e.due, e.message LIMIT ?");
    delete = statements.get("DELETE FROM payload_end WHERE due = ? AND message = ?");
    expunge = statements.get(HistoryTables.EXPUNGE_MESSAGE);
  }

  /** Stores the due times of payloads. */
  public void put(List<PayloadEnd> ends) throws SQLException {
    if (ends.isEmpty()) {
      return;
    }
    for (PayloadEnd end : ends) {
      add(put, end);
    }
    put.executeBatch();
  }

  /**
   * Removes some payloads that are due, in the current transaction; those with waiting deliveries
   * are postponed.
   *
   * @return whether there may be more
   */
  public boolean slice(long now, int limit) throws SQLException {
    List<Due> due = due(now, limit);
    if (due.isEmpty()) {
      return false;
    }
    List<PayloadEnd> later = new ArrayList<>();
    for (Due one : due) {
      add(delete, one.end);
      if (one.live) {
        later.add(new PayloadEnd(now + PayloadEnd.AGAIN_MILLIS, one.end.message()));
      } else {
        removals.note();
        expunge.setLong(1, one.end.message());
        expunge.addBatch();
      }
    }
    delete.executeBatch();
    expunge.executeBatch();
    put(later);
    return due.size() == limit;
  }

  private List<Due> due(long now, int limit) throws SQLException {
    select.setLong(1, now);
    select.setInt(2, limit);
    List<Due> found = new ArrayList<>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        found.add(new Due(new PayloadEnd(rows.getLong(1), rows.getLong(2)), rows.getBoolean(3)));
      }
    }
    return found;
  }

  private static void add(PreparedStatement statement, PayloadEnd end) throws SQLException {
    statement.setLong(1, end.due());
    statement.setLong(2, end.message());
    statement.addBatch();
  }
}
