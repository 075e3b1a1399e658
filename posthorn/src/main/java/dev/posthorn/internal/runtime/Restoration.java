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

/** Makes a database from a backup; it gets its name once all of it was looked at. */
public final class Restoration {
  private static final List<String> OF_A_DATABASE = List.of("", "-wal", "-shm", "-journal");

  private Restoration() {}

  /**
   * Makes a database. SQLite's library must be loaded.
   *
   * @param backup what {@link Store#backup} made
   * @param file where the database is to be; it must not exist
   * @param hold whether nothing is delivered from it until it is released
   * @param goesOn asked now and then; false ends it
   * @throws IllegalArgumentException if the database exists, or something is left of one
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
      remove(part); // a restore that was killed may have left it, and a log that would be believed
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

  /** Copies it, looks at all of it, and brings it to this version; the store makes that last. */
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

  /** What a log still holds would be lost with its name. */
  private static void requireWhole(Path part) throws IOException {
    Path log = beside(part, "-wal");
    if (Files.exists(log) && Files.size(log) > 0) {
      throw new IOException(
          part + " could not be written as a whole; look after the disk, and try again");
    }
  }
}
