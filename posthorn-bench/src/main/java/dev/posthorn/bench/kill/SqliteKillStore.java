package dev.posthorn.bench.kill;

import dev.posthorn.SqliteOptions;
import dev.posthorn.bench.TempFolder;
import dev.posthorn.spi.store.PartitionReads;
import dev.posthorn.spi.store.Store;
import dev.posthorn.store.sqlite.SqliteStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** A SQLite file in a temporary folder. */
record SqliteKillStore(TempFolder folder) implements KillStore {

  static SqliteKillStore create() throws IOException {
    return new SqliteKillStore(TempFolder.create());
  }

  Path file() {
    return folder.path().resolve("posthorn.db");
  }

  @Override
  public String place() {
    return file().toString();
  }

  @Override
  public boolean hasWaiting() {
    try (Store store = SqliteStore.open(file(), SqliteOptions.defaults())) {
      return IntStream.range(0, store.partitions())
          .mapToObj(store::in)
          .anyMatch(SqliteKillStore::hasWaiting);
    }
  }

  private static boolean hasWaiting(PartitionReads store) {
    return !store.hot(Long.MIN_VALUE, 1).isEmpty()
        || !store.parkedHeads(Long.MIN_VALUE, 1).isEmpty();
  }

  @Override
  public void close() throws IOException {
    folder.close();
  }
}
