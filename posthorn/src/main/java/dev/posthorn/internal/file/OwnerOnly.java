package dev.posthorn.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Creates files that only their owner can read, from the moment that they exist. */
public final class OwnerOnly {
  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rw-------");

  private static final Set<PosixFilePermission> OF_OTHERS =
      PosixFilePermissions.fromString("---rw-rw-");

  private OwnerOnly() {}

  /** Creates an empty file. */
  public static void create(Path file) throws IOException {
    Files.createFile(file, mode(file));
  }

  /** Creates an empty file, unless it exists. */
  public static void createIfMissing(Path file) throws IOException {
    if (!Files.exists(file)) {
      try {
        create(file);
      } catch (FileAlreadyExistsException e) {
        // Another process was faster.
      }
    }
  }

  /** Creates a file with content, and syncs it to the disk. */
  public static void create(Path file, byte[] content) throws IOException {
    try (FileChannel out =
        FileChannel.open(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode(file))) {
      ByteBuffer left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        out.write(left);
      }
      out.force(true);
    }
  }

  /** Returns the mode of a file if others can read or change it, else null. */
  public static @Nullable String modeForOthers(Path file) throws IOException {
    return modeForOthers(file, Set.of());
  }

  /**
   * Returns the mode of a file if others can read or change it without being permitted to, else
   * null.
   */
  public static @Nullable String modeForOthers(Path file, Set<PosixFilePermission> permitted)
      throws IOException {
    if (!isPosix(file)) {
      return null;
    }
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
    Set<PosixFilePermission> refused = EnumSet.copyOf(OF_OTHERS);
    refused.removeAll(permitted);
    return Collections.disjoint(mode, refused) ? null : PosixFilePermissions.toString(mode);
  }

  /** Returns the file attribute that lets only the owner run a file, where modes are supported. */
  static FileAttribute<?> runnable() {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  }

  private static FileAttribute<?>[] mode(Path file) {
    return isPosix(file)
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER)}
        : new FileAttribute<?>[0];
  }

  /** Returns whether the file system of a file supports modes. */
  public static boolean isPosix(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
