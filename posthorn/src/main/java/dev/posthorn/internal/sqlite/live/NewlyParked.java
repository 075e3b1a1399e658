package dev.posthorn.internal.sqlite.live;

import dev.posthorn.internal.sqlite.file.Statements;
import dev.posthorn.internal.sqlite.file.TransactionAware;
import dev.posthorn.spi.store.rows.LiveRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code parked_new}: new rows of {@code parked} are stored here first, close together,
 * and moved endpoint by endpoint when there is time.
 *
 * <p>In {@code parked} each endpoint has its own pages: a commit with a row for each of 1,000
 * endpoints writes 4 MB, and takes as long as a hundred other commits.
 */
public final class NewlyParked implements TransactionAware {
  /** Maximum number of rows, which fit into some 100 pages. */
  private static final int ROOM = 8_192;

  /** Number of rows moved in one transaction: each may write one page. */
  private static final int STEP = 16;

  /** Minimum time that a call of upkeep moves rows; commits wait for it. */
  private static final long MOVE_NANOS = 250_000;

  private static final long MOST_NANOS = 1_000_000;

  private static final String STEP_ROWS =
      " FROM parked_new WHERE (endpoint, due, id) > (?1, ?2, ?3) AND (endpoint, due, id) <= (?4, ?5, ?6)";

  private final PreparedStatement put;
  private final PreparedStatement delete;
  private final PreparedStatement count;
  private final PreparedStatement next;
  private final PreparedStatement copy;
  private final PreparedStatement clear;

  /** Number of rows, or slightly more. */
  private int rows;

  private int rowsBefore;

  /** Number of rows to be moved without delay: half more than arrived. */
  private int due;

  /** Position after which the next step begins. */
  private Key after = Key.START;

  private record Key(long endpoint, long due, long id) {
    static final Key START = new Key(Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE);
  }

  NewlyParked(Statements statements) throws SQLException {
    put = statements.get(LiveTables.put("parked_new"));
    delete = statements.get(LiveTables.delete("parked_new"));
    count = statements.get("SELECT count(*) FROM parked_new");
    next =
        statements.get(
            "SELECT endpoint, due, id FROM parked_new WHERE (endpoint, due, id) > (?, ?, ?)"
                + " ORDER BY endpoint, due, id LIMIT ?");
    copy =
        statements.get(
            "INSERT INTO parked("
                + LiveTables.COLUMNS
                + ") SELECT "
                + LiveTables.COLUMNS
                + STEP_ROWS);
    clear = statements.get("DELETE" + STEP_ROWS);
    rows = count();
    rowsBefore = rows;
  }

  private int count() throws SQLException {
    try (ResultSet row = count.executeQuery()) {
      return row.getInt(1);
    }
  }

  /** Returns whether there is room for some more rows. */
  boolean hasRoom(int more) {
    return rows + more <= ROOM;
  }

  /** Inserts rows that are new: none of them is in {@code parked}. */
  void put(List<LiveRow> arrivals) throws SQLException {
    for (LiveRow row : arrivals) {
      LiveTables.bind(put, row);
      put.addBatch();
    }
    put.executeBatch();
    rows += arrivals.size();
    due = Math.min(ROOM, due + 3 * arrivals.size() / 2);
  }

  /** Removes those of the given rows that are stored here. */
  void remove(List<LiveRow> gone) throws SQLException {
    if (rows == 0 || gone.isEmpty()) {
      return;
    }
    for (LiveRow row : gone) {
      LiveTables.bindKey(delete, row);
      rows -= delete.executeUpdate();
    }
  }

  /**
   * Moves rows, one transaction after another, while there is time: a little longer until half more
   * than arrived are moved. Returns whether there are more.
   */
  public boolean move(Steps steps) {
    if (rows == 0) {
      return false;
    }
    long began = System.nanoTime();
    long took;
    do {
      steps.run(this::step);
      due = Math.max(0, due - STEP);
      took = System.nanoTime() - began;
    } while (rows > 0 && took < (due > 0 ? MOST_NANOS : MOVE_NANOS));
    return rows > 0;
  }

  /** Runs a step in a transaction. */
  public interface Steps {
    void run(Step step);
  }

  /** Work of one transaction. */
  public interface Step {
    void run() throws SQLException;
  }

  private void step() throws SQLException {
    Key end = endOfStep();
    if (end == null) { // past the last row: start over, with rows that arrived meanwhile
      after = Key.START;
      rows = count();
      return;
    }
    bind(copy, 1, after);
    bind(copy, 4, end);
    copy.executeUpdate();
    bind(clear, 1, after);
    bind(clear, 4, end);
    rows -= clear.executeUpdate();
    after = end;
  }

  private @Nullable Key endOfStep() throws SQLException {
    bind(next, 1, after);
    next.setInt(4, STEP);
    Key end = null;
    try (ResultSet row = next.executeQuery()) {
      while (row.next()) {
        end = new Key(row.getLong(1), row.getLong(2), row.getLong(3));
      }
    }
    return end;
  }

  private static void bind(PreparedStatement statement, int first, Key key) throws SQLException {
    statement.setLong(first, key.endpoint);
    statement.setLong(first + 1, key.due);
    statement.setLong(first + 2, key.id);
  }

  @Override
  public void committed() {
    rowsBefore = rows;
  }

  @Override
  public void rolledBack() {
    rows = rowsBefore;
    after = Key.START;
  }
}
