package dev.posthorn.internal.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folders in which native libraries may be unpacked and loaded: the folder for temporary files may
 * be missing, full, read-only, or mounted noexec.
 *
 * <p>A library is unpacked into its own new folder, which is deleted once the library is loaded:
 * nothing is left if the process is killed later. If it is killed while loading, the next process
 * removes the remains.
 */
public final class UnpackFolders {
  private static final Logger LOG = LoggerFactory.getLogger(UnpackFolders.class);
  private static final String PREFIX = "posthorn-native-";

  /**
   * Age of leftovers: loading takes less time, so an older folder was left by a process that died.
   */
  private static final Duration LEFT_BEHIND = Duration.ofMinutes(1);

  private final List<Path> parents;
  private final boolean named;

  private UnpackFolders(List<Path> parents, boolean named) {
    this.parents = parents;
    this.named = named;
  }

  /**
   * Returns the folders for a process with a database.
   *
   * @param database the database file, or null if there is none
   * @param named the only folder to use; null for the one for temporary files, and the one that
   *     contains the database
   */
  public static UnpackFolders of(@Nullable Path database, @Nullable Path named) {
    if (named != null) {
      return new UnpackFolders(List.of(named), true);
    }
    List<Path> parents = new ArrayList<>();
    for (String property : List.of("org.sqlite.tmpdir", "java.io.tmpdir")) {
      String folder = System.getProperty(property);
      if (folder != null && !folder.isBlank()) {
        parents.add(Path.of(folder));
      }
    }
    Path beside = database == null ? null : database.toAbsolutePath().getParent();
    if (beside != null) {
      parents.add(beside);
    }
    return new UnpackFolders(parents.stream().distinct().toList(), false);
  }

  /** Loads a library from a folder, into which it unpacks the library. */
  @FunctionalInterface
  public interface Loader {
    /**
     * Loads the library.
     *
     * @throws Exception if that fails
     */
    void load(Path folder) throws Exception;
  }

  /**
   * Loads a library from the first folder that allows it.
   *
   * @throws IOException if none does; the message names each folder with the reason, and the remedy
   */
  public void load(Loader loader) throws IOException {
    List<String> reasons = new ArrayList<>();
    for (Path parent : parents) {
      String reason = tried(parent, loader);
      if (reason == null) {
        return;
      }
      LOG.debug("Failed to load a native library from {}: {}", parent, reason);
      reasons.add(parent + " (" + reason + ")");
    }
    throw new IOException(
        "native libraries cannot be loaded from "
            + String.join(" or ", reasons)
            + "; set a folder that allows it, with tempFolder or --temp-dir");
  }

  /** Returns whether the folder for temporary files is used and allows loading. */
  public boolean areUsual() {
    return !named
        && tried(Path.of(System.getProperty("java.io.tmpdir", ".")), folder -> {}) == null;
  }

  /** Tries a folder; returns why a library cannot be loaded from it, or null if it was. */
  private static @Nullable String tried(Path parent, Loader loader) {
    try {
      Path folder = Files.createTempDirectory(parent, PREFIX);
      try {
        removeLeftBehind(parent, Files.getOwner(folder));
        requireRunnable(folder);
        loader.load(folder);
        return null;
      } finally {
        remove(folder);
      }
    } catch (IOException e) {
      return FileFailure.why(e);
    } catch (Exception | LinkageError e) {
      return e.getMessage() == null ? e.toString() : e.getMessage();
    }
  }

  /** Fails early on a file system mounted noexec, with a clear message. */
  private static void requireRunnable(Path folder) throws IOException {
    if (!OwnerOnly.isPosix(folder)) {
      return;
    }
    Path file = Files.createFile(folder.resolve("run"), OwnerOnly.runnable());
    try {
      if (!Files.isExecutable(file)) {
        throw new IOException("it is mounted noexec, so no library in it can be loaded");
      }
    } finally {
      Files.delete(file);
    }
  }

  private static void removeLeftBehind(Path parent, UserPrincipal self) {
    FileTime old = FileTime.from(Instant.now().minus(LEFT_BEHIND));
    try (Stream<Path> found = Files.list(parent)) {
      for (Path folder : found.filter(UnpackFolders::isNamedSo).toList()) {
        // An entry that another user created here could become another folder a moment later.
        if (Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(self)
            && Files.getLastModifiedTime(folder, LinkOption.NOFOLLOW_LINKS).compareTo(old) < 0) {
          remove(folder);
        }
      }
    } catch (IOException e) {
      LOG.debug("Failed to look for leftovers in {}", parent, e);
    }
  }

  private static boolean isNamedSo(Path path) {
    return path.getFileName().toString().startsWith(PREFIX)
        && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  /** Removes a folder. Windows does not remove a loaded library; then the next process does. */
  private static void remove(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      LOG.debug("Failed to remove {}", folder, e);
    }
  }
}
