package dev.posthorn.server.config;

import dev.posthorn.internal.file.FileFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A temporary folder of a command. */
public final class TempFolder implements AutoCloseable {
  private final Path path;

  private TempFolder(Path path) {
    this.path = path;
  }

  /** Returns the configured parent of temporary folders, or null. */
  public static @Nullable Path named() {
    String text = System.getenv(Setting.TEMP_DIR.variable());
    return text == null || text.isBlank() ? null : Path.of(text.strip());
  }

  /**
   * Creates a folder.
   *
   * @throws IllegalStateException if it cannot be created; the message names the reason and the
   *     remedy
   */
  public static TempFolder create(String prefix) {
    Path named = named();
    Path parent = named == null ? Path.of(System.getProperty("java.io.tmpdir", ".")) : named;
    try {
      return new TempFolder(Files.createTempDirectory(parent, prefix));
    } catch (IOException e) {
      throw new IllegalStateException(
          "cannot create a temporary folder in "
              + parent
              + ": "
              + FileFailure.why(e)
              + "; choose another one with "
              + Setting.TEMP_DIR.variable(),
          e);
    }
  }

  /** Returns the folder's path. */
  public Path path() {
    return path;
  }

  /** Deletes the folder with its content. */
  @Override
  public void close() throws IOException {
    try (Stream<Path> paths = Files.walk(path)) {
      for (Path one : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    }
  }
}
