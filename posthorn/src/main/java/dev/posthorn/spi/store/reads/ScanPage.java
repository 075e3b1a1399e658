package dev.posthorn.spi.store.reads;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A page of a scan of partitions ({@link PartitionScan}).
 *
 * @param rows the rows, ordered by partition, then by key
 * @param next the position of the next page, or null if this is the last one
 * @param <T> the type of the rows
 */
public record ScanPage<T>(List<PartitionRow<T>> rows, @Nullable ScanKey next) {

  /** Source of pages. */
  public interface Source<T> {
    /** Returns a page with at most {@code limit} rows after a position. */
    ScanPage<T> page(ScanKey after, int limit);
  }

  /** Returns a page that was read with a limit: it is the last one if it has fewer rows. */
  public static <T> ScanPage<T> of(
      List<PartitionRow<T>> rows, int limit, Function<PartitionRow<T>, ScanKey> key) {
    return new ScanPage<>(rows, rows.size() < limit ? null : key.apply(rows.getLast()));
  }

  /** Reads all pages, one after the other, and passes on the rows of each. */
  public static <T> void forEach(
      Source<T> source, int limit, Consumer<List<PartitionRow<T>>> rows) {
    for (ScanKey after = ScanKey.START; after != null; ) {
      ScanPage<T> page = source.page(after, limit);
      rows.accept(page.rows());
      after = page.next();
    }
  }
}
