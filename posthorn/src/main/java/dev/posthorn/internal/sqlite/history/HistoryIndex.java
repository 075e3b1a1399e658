package dev.posthorn.internal.sqlite.history;

import dev.posthorn.internal.sqlite.file.Run;
import dev.posthorn.internal.sqlite.file.TransactionAware;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Fills the index tables of one append-only table from its {@link Tail}, one run at a time, each
 * run sorted and in slices.
 *
 * <p>If the process ends in the middle of a run, the run is started over: existing index rows stay.
 */
public final class HistoryIndex implements TransactionAware {
  private final Tail tail;
  private final IndexTable[] tables;

  private Position position = Position.START;
  private Position next = Position.START;
  private Run.@Nullable Sorted sorted;
  private int sortedIndex = -1;

  /** The position of the work in the oldest run. */
  private record Position(int index, int row) {
    static final Position START = new Position(0, 0);
  }

  /**
   * Creates an index over a tail.
   *
   * @param tables one for each key of the tail
   */
  HistoryIndex(Tail tail, IndexTable... tables) {
    this.tail = tail;
    this.tables = tables;
  }

  public Tail tail() {
    return tail;
  }

  /** Adds a new row of the current transaction. */
  void add(long id, long first, long second, byte mark) throws SQLException {
    if (tail.isLate(id)) {
      tables[0].insert(first, id, mark);
      tables[1].insert(second, id, mark);
    }
    tail.add(id, first, second, mark);
  }

  /** Returns whether there is a run to index. */
  public boolean behind() {
    return tail.sealedRuns() > 0;
  }

  /**
   * Inserts some index rows of the oldest run in the current transaction.
   *
   * @return the id up to which the indexes will be complete
   */
  public long fill(int limit) throws SQLException {
    long indexed = tail.view().indexed();
    if (!behind()) {
      return indexed;
    }
    int left = limit;
    while (left > 0 && next.index < tables.length) {
      Run.Sorted rows = sorted(next.index);
      int end = Math.min(rows.ids().length, next.row + left);
      tables[next.index].insert(rows, next.row, end);
      left -= end - next.row;
      next =
          end == rows.ids().length
              ? new Position(next.index + 1, 0)
              : new Position(next.index, end);
    }
    return done() ? Math.max(indexed, tail.oldest().maxId()) : indexed;
  }

  private boolean done() {
    return next.index == tables.length;
  }

  private Run.Sorted sorted(int index) {
    Run.Sorted rows = sorted;
    if (rows == null || sortedIndex != index) {
      rows = tables[index].sort(tail.oldest(), index);
      sorted = rows;
      sortedIndex = index;
    }
    return rows;
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
