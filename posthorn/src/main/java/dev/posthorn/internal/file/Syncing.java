package dev.posthorn.internal.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Has the disk keep what was written, so that it outlasts a power failure. */
public final class Syncing {
  private Syncing() {}

  /** Makes what a file holds last. */
  public static void file(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /**
   * Makes the name of a file last that was created, moved or removed. Where folders cannot be
   * opened, as on Windows, names last by themselves.
   */
  public static void nameOf(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && OwnerOnly.isPosix(file)) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
