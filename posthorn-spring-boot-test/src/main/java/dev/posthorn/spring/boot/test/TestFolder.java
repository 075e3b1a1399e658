package dev.posthorn.spring.boot.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.util.FileSystemUtils;

/**
 * The temporary folder of one context, deleted with it.
 *
 * @param path the folder
 */
record TestFolder(Path path) implements AutoCloseable {

  /** Creates a folder. */
  static TestFolder create() {
    try {
      return new TestFolder(Files.createTempDirectory("posthorn-test"));
    } catch (IOException e) {
      throw new UncheckedIOException("The folder for temporary files cannot be used", e);
    }
  }

  /** Returns the file of the database. */
  Path file() {
    return path.resolve("webhooks.db");
  }

  @Override
  public void close() {
    try {
      boolean unused = FileSystemUtils.deleteRecursively(path);
    } catch (IOException e) {
      throw new UncheckedIOException("The folder of a test could not be deleted", e);
    }
  }
}
