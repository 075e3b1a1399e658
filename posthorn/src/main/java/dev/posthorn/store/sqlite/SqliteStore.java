package dev.posthorn.store.sqlite;

import dev.posthorn.store.Store;
import dev.posthorn.store.StoreException;
import dev.posthorn.store.sqlite.internal.Opening;
import java.nio.file.Path;

/** Opens stores that are one SQLite file. */
public final class SqliteStore {
  private SqliteStore() {}

  /**
   * Opens the store in a file, which is created if there is none.
   *
   * <p>Beside the file stand its write-ahead log ({@code -wal}, {@code -shm}) and, as long as the
   * store is open, a lock on {@code <file>.lock}: one process at a time. Other programs may read
   * the file meanwhile, but as long as one of them reads, the write-ahead log grows; at 4 GB
   * commits are refused as {@code FULL} until that program ends. The file has to be on a local file
   * system.
   *
   * @param file where; its directory must exist
   * @param options how
   * @return the store, ready for use
   * @throws StoreException if the file is open elsewhere ({@code LOCKED}), was written by a newer
   *     version ({@code NEWER_VERSION}), is something else or damaged ({@code CORRUPT}), or cannot
   *     be read or written ({@code IO}, {@code FULL})
   */
  public static Store open(Path file, SqliteOptions options) {
    return Opening.open(file, options);
  }
}
