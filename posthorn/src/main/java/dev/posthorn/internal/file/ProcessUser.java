package dev.posthorn.internal.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The user that this process runs as. */
public final class ProcessUser {
  private ProcessUser() {}

  /**
   * Returns the user's name as an owner of files: the owner of a file that this process creates.
   * The name that Java reports may belong to another user, or be missing.
   */
  public static String name() {
    try {
      Path created = Files.createTempFile("posthorn", null);
      try {
        return Files.getOwner(created).getName();
      } finally {
        Files.delete(created);
      }
    } catch (IOException e) { // no folder for it
      return ofTheProcessItself();
    }
  }

  /**
   * Returns the owner of the process itself, since a container may have no writable folder, and no
   * name for its user.
   */
  private static String ofTheProcessItself() {
    try {
      return Files.getOwner(Path.of("/proc/self")).getName();
    } catch (IOException e) { // not Linux
      return System.getProperty("user.name", "");
    }
  }
}
