package dev.posthorn.internal.postgresql.sql;

import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Collects one page of a list, chunk by chunk. Rows that the filter drops count too: the page ends
 * after 10,000 rows, or once its rows have too many bytes. It also ends with the chunk in which a
 * tenth of a second has passed, so that a page that needs no second chunk does not depend on speed.
 *
 * @param <T> the type of the rows
 */
public final class PageScan<T> {
  private static final int ROWS_AT_MOST = 10_000;
  private static final int LARGEST_CHUNK = 512;
  private static final int SECOND_CHUNK = 64;
  private static final long LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Source<T> source;
  private final PageRequest range;
  private final int largestChunk;
  private final LongSupplier nanoTime;
  private final long began;
  private final List<T> page = new ArrayList<>();
  private int seen;
  private long last;
  private long room = Long.MAX_VALUE;
  private ToLongFunction<T> bytes = row -> 0;

  /** Source of the rows of a list. */
  public interface Source<T> {
    /** Returns the next rows within a range, exclusive on both ends, at most {@code limit}. */
    List<Entry<T>> next(PageRequest range) throws SQLException;
  }

  /**
   * A row with its id.
   *
   * @param id the id, by which the list is ordered
   * @param row returns the row, or null if it does not belong to the list
   */
  public record Entry<T>(long id, Take<T> row) {}

  /** Completes a row; may read more. */
  public interface Take<T> {
    @Nullable T take() throws SQLException;
  }

  /** Creates a scan of one page of a list of small rows. */
  public PageScan(Source<T> source, PageRequest range) {
    this(source, range, LARGEST_CHUNK);
  }

  /** Creates a scan of one page that reads at most so many rows at once. */
  public PageScan(Source<T> source, PageRequest range, int largestChunk) {
    this(source, range, largestChunk, System::nanoTime);
  }

  /** Creates a scan with another clock, for tests. */
  PageScan(Source<T> source, PageRequest range, int largestChunk, LongSupplier nanoTime) {
    this.source = source;
    this.range = range;
    this.largestChunk = largestChunk;
    this.nanoTime = nanoTime;
    this.began = nanoTime.getAsLong();
  }

  /** Ends the page with the row that reaches the size limit. */
  public PageScan<T> within(long most, ToLongFunction<T> weight) {
    room = most;
    bytes = weight;
    return this;
  }

  /** Returns the page. */
  public Page<T> run() throws SQLException {
    PageRequest left = range;
    // One row more than the page holds, to learn whether there is a next page.
    int chunk = Math.min(range.limit() + 1, largestChunk);
    while (left.after() < left.before()) {
      List<Entry<T>> rows = source.next(left.withLimit(chunk));
      for (Entry<T> row : rows) {
        if (isFull()) {
          return new Page<>(page, last);
        }
        take(row);
      }
      if (rows.size() < chunk) {
        break;
      }
      if (nanoTime.getAsLong() - began > LIMIT_NANOS) {
        return new Page<>(page, last);
      }
      left = left.next(last);
      chunk = Math.min(Math.max(2 * chunk, SECOND_CHUNK), largestChunk);
    }
    return new Page<>(page, 0);
  }

  private boolean isFull() {
    return page.size() == range.limit() || room <= 0 || seen == ROWS_AT_MOST;
  }

  private void take(Entry<T> entry) throws SQLException {
    seen++;
    last = entry.id();
    T row = entry.row().take();
    if (row != null) {
      page.add(row);
      room -= bytes.applyAsLong(row);
    }
  }
}
