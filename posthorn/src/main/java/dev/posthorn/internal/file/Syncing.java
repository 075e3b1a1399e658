package dev.posthorn.internal.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Syncs files to the disk, so that they survive a power failure. */
public final class Syncing {
  private Syncing() {}

  /** Syncs the content of a file. */
  public static void file(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /**
   * Syncs the name of a file that was created, moved or removed. Where folders cannot be opened, as
   * on Windows, names need no syncing.
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
