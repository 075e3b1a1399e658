package dev.posthorn.internal.sqlite.history;

import dev.posthorn.internal.sqlite.file.Reader;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Collects one page of a list from two sources: the index for older rows, the {@link Tail} for
 * newer ones. Rows that the filter drops count too: the page ends after 10,000 rows or a tenth of a
 * second, or once its rows have too many bytes.
 *
 * @param <T> the type of the rows
 */
public final class HistoryScan<T> {
  private static final int ROWS_AT_MOST = 10_000;

  /**
   * The order of a query of an index. It names the column of the index: by the row's own id, SQLite
   * would read and sort all rows before it returns the first.
   */
  static final String BY_INDEX_ID = " ORDER BY i.id";

  /** Number of rows of the tail that one statement reads. */
  private static final int CHUNK = 32;

  /** Parameter list for the ids of a chunk. */
  static final String IDS = "?" + ", ?".repeat(CHUNK - 1);

  private final Source<T> source;
  private final PageRequest range;
  private final Filter<T> filter;
  private final List<T> page = new ArrayList<>();
  private int seen;
  private long last;
  private boolean ended;
  private long room = Long.MAX_VALUE;
  private ToLongFunction<T> bytes = row -> 0;

  /**
   * Source of rows.
   *
   * @param tail ids from the tail, ascending
   * @param indexed the greatest id to take from the index
   * @param byIndex a query with the parameters key, after, before (both exclusive), to which an
   *     order by {@code i.id} is added: that of the index
   * @param key the key of the rows
   * @param byIds a query for some ids, with the parameters {@link #IDS}
   * @param mapper maps a row of either query to an object; null if the row belongs to another list
   */
  public record Source<T>(
      long[] tail, long indexed, String byIndex, long key, String byIds, Mapper<T> mapper) {}

  /** Maps a row to an object, or to null if it does not belong to the list. */
  public interface Mapper<T> {
    @Nullable T map(ResultSet row) throws SQLException;
  }

  /** Decides whether the list contains a row; may read other rows. */
  public interface Filter<T> {
    boolean test(T row) throws SQLException;
  }

  public HistoryScan(Source<T> source, PageRequest range, Filter<T> filter) {
    this.source = source;
    this.range = range;
    this.filter = filter;
  }

  /** Ends the page with the row that reaches the size limit. */
  public HistoryScan<T> within(long most, ToLongFunction<T> weight) {
    room = most;
    bytes = weight;
    return this;
  }

  public Page<T> run(Reader reader) throws SQLException {
    if (range.newestFirst()) {
      tail(reader);
      index(reader);
    } else {
      index(reader);
      tail(reader);
    }
    return new Page<>(page, ended ? last : 0);
  }

  private void tail(Reader reader) throws SQLException {
    int count = source.tail.length;
    for (int done = 0; done < count && !ended; done += CHUNK) {
      PreparedStatement query = reader.prepare(source.byIds + order(" ORDER BY 1"));
      for (int i = 0; i < CHUNK; i++) {
        int next = Math.min(done + i, count - 1); // repeat the last id to fill the parameters
        query.setLong(i + 1, source.tail[range.newestFirst() ? count - 1 - next : next]);
      }
      take(reader, query);
    }
  }

  private void index(Reader reader) throws SQLException {
    long before = source.indexed < range.before() ? source.indexed + 1 : range.before();
    if (ended || range.after() >= before) {
      return;
    }
    PreparedStatement query =
        reader.prepare(source.byIndex + order(BY_INDEX_ID), source.key, range.after(), before);
    take(reader, query);
  }

  private String order(String by) {
    return range.newestFirst() ? by + " DESC" : by;
  }

  private void take(Reader reader, PreparedStatement query) throws SQLException {
    try (ResultSet rows = query.executeQuery()) {
      while (!ended && rows.next()) {
        take(reader, rows.getLong(1), rows);
      }
    }
  }

  /** Checks the time rarely: reading the clock costs as much as reading a row. */
  private boolean takesLong(Reader reader) {
    return seen % 64 == 63 && reader.scansLong();
  }

  /** Takes one row more than the page holds, to learn whether there is a next page. */
  private void take(Reader reader, long id, ResultSet row) throws SQLException {
    if (page.size() == range.limit() || room <= 0 || seen == ROWS_AT_MOST || takesLong(reader)) {
      ended = true;
      return;
    }
    seen++;
    last = id;
    T found = source.mapper.map(row);
    if (found != null && filter.test(found)) {
      page.add(found);
      room -= bytes.applyAsLong(found);
    }
  }
}
