package dev.posthorn.internal.runtime;

import dev.posthorn.SqliteOptions;
import dev.posthorn.internal.engine.RestoreHold;
import dev.posthorn.internal.file.Syncing;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.store.sqlite.SqliteStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Creates a database from a backup; the database gets its name only after the whole backup was
 * checked.
 */
public final class Restoration {
  private static final List<String> OF_A_DATABASE = List.of("", "-wal", "-shm", "-journal");

  private Restoration() {}

  /**
   * Creates a database. SQLite's library must be loaded.
   *
   * @param backup a file made by {@link Store#backup}
   * @param file the new database; it must not exist
   * @param hold whether deliveries are held until they are released
   * @param goesOn polled now and then; false stops the restore
   * @throws IllegalArgumentException if the database exists, or parts of an old one are left
   * @throws StoreException if the backup cannot be used
   * @throws IOException if the database cannot be written
   */
  public static void restore(Path backup, Path file, boolean hold, BooleanSupplier goesOn)
      throws IOException {
    for (String end : OF_A_DATABASE) {
      Path old = beside(file, end);
      if (Files.exists(old)) {
        throw new IllegalArgumentException(
            old + " exists; stop whatever has it open, and move it away");
      }
    }
    Path part = beside(file, ".restoring");
    try {
      remove(part); // a killed restore may have left it, along with a log that SQLite would apply
      prepare(backup, part, hold, goesOn);
      requireWhole(part);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      Syncing.nameOf(file);
    } finally {
      remove(part);
    }
  }

  private static Path beside(Path file, String end) {
    return file.resolveSibling(file.getFileName() + end);
  }

  private static void remove(Path part) throws IOException {
    for (String end : OF_A_DATABASE) {
      Files.deleteIfExists(beside(part, end));
    }
    Files.deleteIfExists(beside(part, ".lock"));
  }

  /**
   * Copies the backup, checks all of it, and upgrades it to this version; the store syncs the
   * result.
   */
  private static void prepare(Path backup, Path part, boolean hold, BooleanSupplier goesOn) {
    try {
      SqliteStore.restore(backup, part, goesOn);
      try (Store store = SqliteStore.open(part, SqliteOptions.defaults())) {
        if (hold) {
          RestoreHold.set(store, System.currentTimeMillis());
        }
      }
    } catch (StoreException e) {
      throw new StoreException(e.reason(), backup + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** Requires that no log is left: its content would be lost when the file is renamed. */
  private static void requireWhole(Path part) throws IOException {
    Path log = beside(part, "-wal");
    if (Files.exists(log) && Files.size(log) > 0) {
      throw new IOException(
          part + " could not be written completely; check the disk and try again");
    }
  }
}
