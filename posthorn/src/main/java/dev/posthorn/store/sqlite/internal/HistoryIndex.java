package dev.posthorn.store.sqlite.internal;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Fills the index tables of one append-only table from its {@link Tail}, a run at a time, each run
 * sorted and in slices.
 *
 * <p>A run that is half done when the process ends is begun again: index rows that exist stay.
 */
final class HistoryIndex implements Staged {
  private final Tail tail;
  private final PreparedStatement[] inserts;

  private Position position = Position.START;
  private Position next = Position.START;
  private Run.@Nullable Sorted sorted;
  private int sortedIndex = -1;

  /** Where in the oldest run the work stands. */
  private record Position(int index, int row) {
    static final Position START = new Position(0, 0);
  }

  /**
   * Creates an index over a tail.
   *
   * @param inserts for each key of the tail, a statement that inserts (key, id) unless it is there
   */
  HistoryIndex(Tail tail, PreparedStatement... inserts) {
    this.tail = tail;
    this.inserts = inserts;
  }

  Tail tail() {
    return tail;
  }

  /** Takes a new row of the current transaction. */
  void add(long id, long first, long second) throws SQLException {
    if (tail.isLate(id)) {
      insertNow(inserts[0], first, id);
      if (inserts.length > 1) {
        insertNow(inserts[1], second, id);
      }
    }
    tail.add(id, first, second);
  }

  private static void insertNow(PreparedStatement insert, long key, long id) throws SQLException {
    insert.setLong(1, key);
    insert.setLong(2, id);
    insert.executeUpdate();
  }

  /** Returns whether there is a run to index. */
  boolean behind() {
    return tail.sealedRuns() > 0;
  }

  /**
   * Inserts some index rows of the oldest run in the current transaction.
   *
   * @return up to where the indexes will be complete
   */
  long fill(int limit) throws SQLException {
    long indexed = tail.view().indexed();
    if (!behind()) {
      return indexed;
    }
    int left = limit;
    while (left > 0 && next.index < inserts.length) {
      Run.Sorted rows = sorted(next.index);
      int end = Math.min(rows.ids().length, next.row + left);
      insert(inserts[next.index], rows, next.row, end);
      left -= end - next.row;
      next =
          end == rows.ids().length
              ? new Position(next.index + 1, 0)
              : new Position(next.index, end);
    }
    return done() ? Math.max(indexed, tail.oldest().maxId()) : indexed;
  }

  private boolean done() {
    return next.index == inserts.length;
  }

  private Run.Sorted sorted(int index) {
    Run.Sorted rows = sorted;
    if (rows == null || sortedIndex != index) {
      rows = tail.oldest().sortedBy(index);
      sorted = rows;
      sortedIndex = index;
    }
    return rows;
  }

  private static void insert(PreparedStatement insert, Run.Sorted rows, int from, int to)
      throws SQLException {
    for (int i = from; i < to; i++) {
      insert.setLong(1, rows.keys()[i]);
      insert.setLong(2, rows.ids()[i]);
      insert.addBatch();
    }
    insert.executeBatch();
  }

  @Override
  public void committed() {
    position = next;
    if (done()) {
      tail.dropOldest(Math.max(tail.view().indexed(), tail.oldest().maxId()));
      rewind();
    }
  }

  @Override
  public void rolledBack() {
    next = position;
  }

  private void rewind() {
    position = Position.START;
    next = Position.START;
    sorted = null;
    sortedIndex = -1;
  }
}
