package dev.posthorn.server.config;

import dev.posthorn.internal.file.FileFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder for as long as a command needs it. */
public final class TempFolder implements AutoCloseable {
  private final Path path;

  private TempFolder(Path path) {
    this.path = path;
  }

  /** Returns the folder for temporary files that is named for all commands, or null. */
  public static @Nullable Path named() {
    String text = System.getenv(Setting.TEMP_DIR.variable());
    return text == null || text.isBlank() ? null : Path.of(text.strip());
  }

  /**
   * Creates one.
   *
   * @throws IllegalStateException if that is not possible; the message says why and what helps
   */
  public static TempFolder create(String prefix) {
    Path named = named();
    Path parent = named == null ? Path.of(System.getProperty("java.io.tmpdir", ".")) : named;
    try {
      return new TempFolder(Files.createTempDirectory(parent, prefix));
    } catch (IOException e) {
      throw new IllegalStateException(
          "cannot make a folder for temporary files in "
              + parent
              + ": "
              + FileFailure.why(e)
              + "; name another one with "
              + Setting.TEMP_DIR.variable(),
          e);
    }
  }

  /** Returns where it is. */
  public Path path() {
    return path;
  }

  /** Removes it with all that is in it. */
  @Override
  public void close() throws IOException {
    try (Stream<Path> paths = Files.walk(path)) {
      for (Path one : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    }
  }
}
