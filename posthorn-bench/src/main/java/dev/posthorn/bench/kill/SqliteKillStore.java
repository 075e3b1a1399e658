package dev.posthorn.bench.kill;

import dev.posthorn.SqliteOptions;
import dev.posthorn.bench.TempFolder;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.reads.PartitionScan;
import dev.posthorn.spi.store.reads.ScanKey;
import dev.posthorn.store.sqlite.SqliteStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A SQLite file in a temporary folder. */
record SqliteKillStore(TempFolder folder) implements KillStore {

  static SqliteKillStore create() throws IOException {
    return new SqliteKillStore(TempFolder.create());
  }

  private Path file() {
    return folder.path().resolve("posthorn.db");
  }

  @Override
  public String place() {
    return file().toString();
  }

  @Override
  public List<String> serverFlags() {
    return List.of("--db", place());
  }

  @Override
  public boolean hasWaiting() {
    try (Store store = SqliteStore.open(file(), SqliteOptions.defaults())) {
      PartitionScan scan = store.across(store.allPartitions());
      return !scan.hot(ScanKey.START, 1).rows().isEmpty()
          || !scan.parkedHeads(ScanKey.START, 1).rows().isEmpty();
    }
  }

  @Override
  public void close() throws IOException {
    folder.close();
  }
}
