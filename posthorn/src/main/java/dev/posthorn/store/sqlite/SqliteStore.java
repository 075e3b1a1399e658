package dev.posthorn.store.sqlite;

import dev.posthorn.SqliteOptions;
import dev.posthorn.internal.sqlite.store.BackupRestorer;
import dev.posthorn.internal.sqlite.store.Inspection;
import dev.posthorn.internal.sqlite.store.SqliteStoreOpener;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

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
   * system. Files that are created here can be read by their owner only.
   *
   * @param file where; its directory must exist
   * @param options how
   * @return the store, ready for use
   * @throws StoreException if the file is open elsewhere ({@code LOCKED}), was written by a newer
   *     version ({@code NEWER_VERSION}), is something else, was added to or is damaged ({@code
   *     CORRUPT}), or cannot be read or written ({@code IO}, {@code FULL})
   */
  public static Store open(Path file, SqliteOptions options) {
    return SqliteStoreOpener.open(file, options);
  }

  /**
   * Returns whether a file is a store with environments, as only a server makes them; changes
   * nothing, and may be asked while the store is open. A file that does not exist, is something
   * else or cannot be read has none.
   */
  public static boolean hasEnvironments(Path file) {
    return Inspection.hasEnvironments(file);
  }

  /**
   * Makes a file from a backup, for a store to be opened in it. The file is the owner's alone
   * whatever the backup was, and is there only if the backup is a store of this version or an
   * earlier one, holds nothing but what Posthorn itself puts into a store (no view, no trigger),
   * and is whole: all of it is read, which takes as long as the disk needs.
   *
   * @param backup what {@link Store#backup} made
   * @param target a file that does not exist; its directory does
   * @param goesOn asked now and then while the file is checked; false ends that
   * @throws StoreException if the backup is damaged or something else ({@code CORRUPT}), of a newer
   *     version ({@code NEWER_VERSION}), or a file cannot be read or written ({@code IO}, {@code
   *     FULL}); nothing is left of the target
   */
  public static void restore(Path backup, Path target, BooleanSupplier goesOn) {
    BackupRestorer.restore(backup, target, goesOn);
  }
}
