package dev.posthorn.store.sqlite.internal;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Files that nobody but their owner can read, from the moment that they exist. SQLite takes a file
 * that is empty for a new database, and gives its log the same mode.
 */
final class OwnerOnly {
  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rw-------");

  private static final Set<PosixFilePermission> OF_OTHERS =
      PosixFilePermissions.fromString("---rw-rw-");

  private OwnerOnly() {}

  /** Creates an empty file. */
  static void create(Path file) throws IOException {
    Files.createFile(file, mode(file));
  }

  /** Creates an empty file, unless there is one. */
  static void createIfMissing(Path file) throws IOException {
    if (!Files.exists(file)) {
      try {
        create(file);
      } catch (FileAlreadyExistsException e) {
        // Somebody else was faster.
      }
    }
  }

  /** Returns the mode of a file if others can read or change it, else null. */
  static @Nullable String modeForOthers(Path file) throws IOException {
    if (!isPosix(file)) {
      return null;
    }
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
    return Collections.disjoint(mode, OF_OTHERS) ? null : PosixFilePermissions.toString(mode);
  }

  private static FileAttribute<?>[] mode(Path file) {
    return isPosix(file)
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER)}
        : new FileAttribute<?>[0];
  }

  /** Returns whether the file system of a file knows modes. */
  static boolean isPosix(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
