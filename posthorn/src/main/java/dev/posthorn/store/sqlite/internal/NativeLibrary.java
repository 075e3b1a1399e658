package dev.posthorn.store.sqlite.internal;

import dev.posthorn.file.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteJDBCLoader;

/**
 * Loads SQLite's library, which the driver unpacks into the temporary folder, and leaves no file of
 * it behind: the driver removes its files at the end of the process, but only if that ends by
 * itself.
 */
final class NativeLibrary {
  private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);
  private static final String FOLDER = "org.sqlite.tmpdir";

  private NativeLibrary() {}

  /** Loads the library; once it is loaded, this does nothing. */
  static void load() {
    Loaded.ensure();
  }

  /** Its initialization is the one time. */
  private static final class Loaded {
    static {
      Path parent = Path.of(System.getProperty(FOLDER, System.getProperty("java.io.tmpdir", ".")));
      // Elsewhere what is loaded cannot be removed.
      if (OwnerOnly.isPosix(parent)) {
        loadFrom(parent);
      }
    }

    static void ensure() {}
  }

  /** Nothing depends on it: where this fails the driver loads the library itself, and says why. */
  private static void loadFrom(Path parent) {
    String before = System.getProperty(FOLDER);
    try {
      Path folder = Files.createTempDirectory(parent, "posthorn");
      try {
        System.setProperty(FOLDER, folder.toString());
        SQLiteJDBCLoader.initialize();
      } finally {
        if (before == null) {
          System.clearProperty(FOLDER);
        } else {
          System.setProperty(FOLDER, before);
        }
        remove(folder);
      }
    } catch (Exception e) {
      LOG.debug("Failed to load SQLite's library from a folder of its own", e);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
