package dev.posthorn.internal.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The user that this process runs as. */
public final class ProcessUser {
  private ProcessUser() {}

  /**
   * Returns its name as an owner of files has it: the owner of what the process creates. The name
   * that Java knows may be of another user, or missing.
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

  /** A container may have no folder for files, and for its user no name. */
  private static String ofTheProcessItself() {
    try {
      return Files.getOwner(Path.of("/proc/self")).getName();
    } catch (IOException e) { // not Linux
      return System.getProperty("user.name", "");
    }
  }
}
