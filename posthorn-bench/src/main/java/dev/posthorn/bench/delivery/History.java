package dev.posthorn.bench.delivery;

import dev.posthorn.SqliteOptions;
import dev.posthorn.bench.store.LifeCycles;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.reads.ScanPage;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Messages that were delivered before a measurement begins. */
public final class History {
  private static final int BATCH = 2_000;
  private static final int PAGE = 1_000;

  private History() {}

  /** The same for all endpoints that are in the file. */
  public static void fill(Path file, int count, int bytes) {
    List<EndpointRow> rows = new ArrayList<>();
    try (Store store = SqliteStore.open(file, SqliteOptions.defaults())) {
      ScanPage.forEach(
          store.across(store.allPartitions())::endpoints,
          PAGE,
          page -> page.forEach(each -> rows.add(each.row().row())));
    }
    fill(
        file,
        rows.stream().mapToLong(EndpointRow::id).toArray(),
        rows.stream().mapToLong(EndpointRow::application).toArray(),
        count,
        bytes);
  }

  /** Puts messages of random endpoints with an attempt each into a file that nobody has open. */
  static void fill(Path file, long[] endpoints, long[] applications, int count, int bytes) {
    try (Store store = SqliteStore.open(file, SqliteOptions.defaults())) {
      LifeCycles cycles = new LifeCycles(endpoints, applications, bytes, store);
      for (int left = count; left > 0; left -= BATCH) {
        store.commit(cycles.next(Math.min(left, BATCH)));
        store.upkeep(0, 0);
      }
      store.commit(cycles.next(0));
    }
  }
}
