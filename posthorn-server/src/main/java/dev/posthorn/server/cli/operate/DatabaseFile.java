package dev.posthorn.server.cli.operate;

import dev.posthorn.SqliteOptions;
import dev.posthorn.internal.file.UnpackFolders;
import dev.posthorn.internal.sqlite.file.NativeLibrary;
import dev.posthorn.server.config.TempFolder;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.store.sqlite.SqliteStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** Access to the database of a server that is not running. */
final class DatabaseFile {
  private DatabaseFile() {}

  /**
   * Opens an existing file.
   *
   * @param flag the flag that names it
   * @param instead the remedy if a server has it open
   * @throws IllegalArgumentException if there is no file
   * @throws StoreException if it cannot be opened; the message names the reason and the remedy
   */
  static Store open(Path file, String flag, String instead) {
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(flag + ": " + file + " does not exist");
    }
    return openOrCreate(file, instead);
  }

  /** Opens a file, and creates it if it is missing. */
  static Store openOrCreate(Path file, String instead) {
    NativeLibrary.load(UnpackFolders.of(file, TempFolder.named()));
    try {
      return SqliteStore.open(file, SqliteOptions.defaults());
    } catch (StoreException e) {
      if (e.reason() == StoreException.Reason.LOCKED) {
        throw new StoreException(e.reason(), file + " is open in a running server; " + instead, e);
      }
      throw e;
    }
  }
}
