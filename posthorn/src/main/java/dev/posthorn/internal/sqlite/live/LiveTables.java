package dev.posthorn.internal.sqlite.live;

import dev.posthorn.AttemptKind;
import dev.posthorn.internal.rows.Values;
import dev.posthorn.internal.sqlite.file.Statements;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import dev.posthorn.spi.store.rows.LiveRow;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes waiting deliveries: the tables {@code hot} and {@code parked}, and {@code parked_new},
 * which belongs to the second.
 */
public final class LiveTables {
  static final String COLUMNS = "endpoint, due, id, message, not_before, attempts, deadline, kind";

  /**
   * Number of endpoints in a commit above which new rows go to {@code parked_new} instead of each
   * endpoint's own pages.
   */
  private static final int PAGES = 32;

  private final PreparedStatement insertHot;
  private final PreparedStatement deleteHot;
  private final PreparedStatement putParked;
  private final PreparedStatement deleteParked;
  private final NewlyParked newlyParked;

  public LiveTables(Statements statements) throws SQLException {
    newlyParked = new NewlyParked(statements);
    insertHot =
        statements.get(
            "INSERT INTO hot(id, endpoint, message, due, deadline) VALUES (?, ?, ?, ?, ?)"
                + " ON CONFLICT DO NOTHING");
    deleteHot = statements.get("DELETE FROM hot WHERE id = ?");
    putParked = statements.get(put("parked"));
    deleteParked = statements.get(delete("parked"));
  }

  /**
   * Returns the statement that inserts or replaces a row in one of the two tables of parked rows.
   */
  static String put(String table) {
    return "INSERT INTO "
        + table
        + "("
        + COLUMNS
        + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
        + " message = excluded.message, not_before = excluded.not_before,"
        + " attempts = excluded.attempts, deadline = excluded.deadline, kind = excluded.kind";
  }

  /** Returns the statement that removes a row from one of the two tables of parked rows. */
  static String delete(String table) {
    return "DELETE FROM " + table + " WHERE endpoint = ? AND due = ? AND id = ?";
  }

  static void bind(PreparedStatement s, LiveRow row) throws SQLException {
    bindKey(s, row);
    s.setLong(4, row.message());
    s.setLong(5, row.notBefore());
    s.setInt(6, row.attempts());
    s.setLong(7, row.deadline());
    s.setInt(8, Values.code(row.kind()));
  }

  static void bindKey(PreparedStatement s, LiveRow row) throws SQLException {
    s.setLong(1, row.endpoint());
    s.setLong(2, row.due());
    s.setLong(3, row.id());
  }

  /** Returns the table of new parked rows. */
  public NewlyParked newlyParked() {
    return newlyParked;
  }

  public void addHot(List<LiveRow> rows) throws SQLException {
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

  /**
   * Checks that a row fits into {@code hot}, which has no columns for values that are always the
   * same.
   */
  private static void checkHot(LiveRow row) {
    if (row.attempts() != 0
        || row.notBefore() != 0
        || row.kind() != AttemptKind.SCHEDULED
        || row.id() <= row.message()) {
      throw new StoreException(
          Reason.REJECTED,
          row
              + " cannot be hot: it has attempts, an earliest time or another kind, or its"
              + " id is not above its message's; park it",
          null);
    }
  }

  public void removeHot(List<LiveRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    for (LiveRow row : rows) {
      deleteHot.setLong(1, row.id());
      deleteHot.addBatch();
    }
    deleteHot.executeBatch();
  }

  /**
   * Inserts or replaces parked rows.
   *
   * @param idFloor the highest id used before: a row with a greater id is new
   */
  public void putParked(List<LiveRow> rows, long idFloor) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    List<LiveRow> arrivals = scattered(rows, idFloor);
    List<LiveRow> others = rows;
    if (!arrivals.isEmpty()) {
      newlyParked.put(arrivals);
      others = rows.stream().filter(row -> row.id() <= idFloor).toList();
    }
    newlyParked.remove(others); // of a batch that is applied again
    for (LiveRow row : others) {
      bind(putParked, row);
      putParked.addBatch();
    }
    putParked.executeBatch();
  }

  /** Returns the new rows if they are for many endpoints and {@code parked_new} has room. */
  private List<LiveRow> scattered(List<LiveRow> rows, long idFloor) {
    if (rows.size() <= PAGES || !newlyParked.hasRoom(rows.size()) || !areForMany(rows, idFloor)) {
      return List.of();
    }
    return rows.stream().filter(row -> row.id() > idFloor).toList();
  }

  private static boolean areForMany(List<LiveRow> rows, long idFloor) {
    Set<Long> endpoints = new HashSet<>();
    for (int i = 0; i < rows.size() && endpoints.size() <= PAGES; i++) {
      if (rows.get(i).id() > idFloor) {
        endpoints.add(rows.get(i).endpoint());
      }
    }
    return endpoints.size() > PAGES;
  }

  public void removeParked(List<LiveRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    newlyParked.remove(rows);
    for (LiveRow row : rows) {
      bindKey(deleteParked, row);
      deleteParked.addBatch();
    }
    deleteParked.executeBatch();
  }
}
