package dev.posthorn.internal.sqlite.file;

import dev.posthorn.internal.file.UnpackFolders;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import org.sqlite.SQLiteJDBCLoader;

/**
 * Loads SQLite's native library, which the driver unpacks, and leaves no unpacked file behind: the
 * driver deletes its files at the end of the process, but not if the process is killed.
 */
public final class NativeLibrary {
  private static final String FOLDER = "org.sqlite.tmpdir";

  /** Property with the folder of a library that the user has unpacked for the driver. */
  private static final String UNPACKED = "org.sqlite.lib.path";

  private static boolean loaded;

  private NativeLibrary() {}

  /**
   * Loads the library, unless it is loaded already.
   *
   * @throws StoreException with {@code IO} if it can be loaded from no folder; the message names
   *     the folders, the reasons, and the remedy
   */
  public static synchronized void load(UnpackFolders folders) {
    if (loaded) {
      return;
    }
    try {
      if (System.getProperty(UNPACKED) != null) {
        initialize();
      } else {
        folders.load(NativeLibrary::loadFrom);
      }
      loaded = true;
    } catch (Exception e) {
      throw new StoreException(Reason.IO, "Cannot load SQLite: " + e.getMessage(), e);
    }
  }

  private static void loadFrom(Path folder) throws Exception {
    String before = System.getProperty(FOLDER);
    System.setProperty(FOLDER, folder.toString());
    try {
      initialize();
    } finally {
      if (before == null) {
        System.clearProperty(FOLDER);
      } else {
        System.setProperty(FOLDER, before);
      }
    }
  }

  private static void initialize() throws Exception {
    if (!SQLiteJDBCLoader.initialize()) {
      throw new IOException("the driver could not load its library");
    }
  }
}
