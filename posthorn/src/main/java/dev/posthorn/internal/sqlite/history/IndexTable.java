package dev.posthorn.internal.sqlite.history;

import dev.posthorn.internal.sqlite.file.Run;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** One of the index tables of an append-only table: a key and an id per row. */
final class IndexTable {
  private final PreparedStatement insert;
  private final boolean sparse;
  private final @Nullable HourTable hours;

  private IndexTable(PreparedStatement insert, boolean sparse, @Nullable HourTable hours) {
    this.insert = insert;
    this.sparse = sparse;
    this.hours = hours;
  }

  /** Returns a table with an index row for every row. */
  static IndexTable full(PreparedStatement insert) {
    return new IndexTable(insert, false, null);
  }

  /** Returns a table with an index row for every row whose key is not 0. */
  static IndexTable sparse(PreparedStatement insert) {
    return new IndexTable(insert, true, null);
  }

  /**
   * Returns a table with an index row for every row, which the hour table counts by its key when
   * inserted.
   */
  static IndexTable counted(PreparedStatement insert, HourTable hours) {
    return new IndexTable(insert, false, hours);
  }

  /** Returns the rows of a run that belong in this table, in its order. */
  Run.Sorted sort(Run run, int index) {
    return (sparse ? run.withKey(index) : run).sortedBy(index);
  }

  /** Inserts index rows, except those that exist. */
  void insert(Run.Sorted rows, int from, int to) throws SQLException {
    for (int i = from; i < to; i++) {
      add(rows.keys()[i], rows.ids()[i]);
    }
    int[] inserted = insert.executeBatch();
    if (hours != null) {
      hours.add(rows, from, inserted);
    }
  }

  /** Inserts one index row, unless it exists. */
  void insert(long key, long id, byte mark) throws SQLException {
    if (!sparse || key != 0) {
      insert(new Run.Sorted(new long[] {key}, new long[] {id}, new byte[] {mark}), 0, 1);
    }
  }

  private void add(long key, long id) throws SQLException {
    insert.setLong(1, key);
    insert.setLong(2, id);
    insert.addBatch();
  }
}
