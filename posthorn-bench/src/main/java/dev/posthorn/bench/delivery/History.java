package dev.posthorn.bench.delivery;

import dev.posthorn.bench.store.LifeCycles;
import dev.posthorn.store.Store;
import dev.posthorn.store.sqlite.SqliteOptions;
import dev.posthorn.store.sqlite.SqliteStore;
import java.nio.file.Path;

/** Messages that were delivered before a measurement begins. */
final class History {
  private static final int BATCH = 2_000;

  private History() {}

  /** Puts messages of random endpoints with an attempt each into a file that nobody has open. */
  static void fill(Path file, long[] endpoints, long[] applications, int count, int bytes) {
    try (Store store = SqliteStore.open(file, SqliteOptions.defaults())) {
      LifeCycles cycles = new LifeCycles(endpoints, applications, bytes, store.idFloor());
      for (int left = count; left > 0; left -= BATCH) {
        store.commit(cycles.next(Math.min(left, BATCH)));
        store.upkeep(0);
      }
      store.commit(cycles.next(0));
    }
  }
}
