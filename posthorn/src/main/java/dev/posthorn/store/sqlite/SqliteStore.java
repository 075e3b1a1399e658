package dev.posthorn.store.sqlite;

import dev.posthorn.SqliteOptions;
import dev.posthorn.internal.sqlite.store.BackupRestorer;
import dev.posthorn.internal.sqlite.store.Inspection;
import dev.posthorn.internal.sqlite.store.SqliteStoreOpener;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** Opens stores in a single SQLite file. */
public final class SqliteStore {
  private SqliteStore() {}

  /**
   * Opens the store in a file, which is created if it does not exist.
   *
   * <p>Next to the file are its write-ahead log ({@code -wal}, {@code -shm}) and, as long as the
   * store is open, a lock on {@code <file>.lock}: one process at a time. Other programs may read
   * the file meanwhile, but while one of them reads, the write-ahead log grows; at 4 GB commits are
   * refused as {@code FULL} until that program ends. The file must be on a local file system. Only
   * their owner can read the files created here.
   *
   * @param file the file; its directory must exist
   * @param options the options
   * @return the store, ready for use
   * @throws StoreException if the file is open elsewhere ({@code LOCKED}), was written by a newer
   *     version ({@code NEWER_VERSION}), is not a store, has foreign objects or is damaged ({@code
   *     CORRUPT}), or cannot be read or written ({@code IO}, {@code FULL})
   */
  public static Store open(Path file, SqliteOptions options) {
    return SqliteStoreOpener.open(file, options);
  }

  /**
   * Returns whether a file is a store with environments, which only a server creates. Changes
   * nothing, and may be called while the store is open. Returns false for a file that does not
   * exist, is not a store or cannot be read.
   */
  public static boolean hasEnvironments(Path file) {
    return Inspection.hasEnvironments(file);
  }

  /**
   * Creates a file from a backup, in which a store can be opened. Only the owner can read the file,
   * whatever the permissions of the backup. The file is created only if the backup is a store of
   * this version or an earlier one, contains nothing except what Posthorn itself puts into a store
   * (no view, no trigger), and is intact: the whole backup is read, which takes as long as the disk
   * needs.
   *
   * @param backup a file made by {@link Store#backup}
   * @param target a file that does not exist in a directory that does
   * @param goesOn polled while the file is checked; false stops the restore
   * @throws StoreException if the backup is damaged or not a store ({@code CORRUPT}), of a newer
   *     version ({@code NEWER_VERSION}), or a file cannot be read or written ({@code IO}, {@code
   *     FULL}); no part of the target remains
   */
  public static void restore(Path backup, Path target, BooleanSupplier goesOn) {
    BackupRestorer.restore(backup, target, goesOn);
  }
}
