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
 * Where native libraries may be unpacked to be loaded: the folder for temporary files may be
 * missing, full, read-only, or mounted so that nothing in it can be run.
 *
 * <p>A library is unpacked into a new folder of its own, which goes once it is loaded: nothing is
 * left if the process is killed later. What one leaves that is killed just then, the next one
 * removes.
 */
public final class UnpackFolders {
  private static final Logger LOG = LoggerFactory.getLogger(UnpackFolders.class);
  private static final String PREFIX = "posthorn-native-";

  /** Loading takes less; what is older was left by a process that died. */
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
   * @param named the one folder to be used; null for the one for temporary files, and the one that
   *     the database is in
   */
  public static UnpackFolders of(Path database, @Nullable Path named) {
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
    Path beside = database.toAbsolutePath().getParent();
    if (beside != null) {
      parents.add(beside);
    }
    return new UnpackFolders(parents.stream().distinct().toList(), false);
  }

  /** Loads a library from a folder that it unpacks it into. */
  @FunctionalInterface
  public interface Loader {
    /**
     * Loads it.
     *
     * @throws Exception if that is not possible
     */
    void load(Path folder) throws Exception;
  }

  /**
   * Loads a library from the first folder from which that is possible.
   *
   * @throws IOException if it is from none; the message names each with the reason, and the remedy
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
            + "; name a folder from which they can, by tempFolder or --temp-dir");
  }

  /**
   * Returns whether the folder for temporary files is to be used, and what is unpacked there can be
   * loaded.
   */
  public boolean areUsual() {
    return !named
        && tried(Path.of(System.getProperty("java.io.tmpdir", ".")), folder -> {}) == null;
  }

  /** Returns why a library cannot be loaded from a folder, or null if it was. */
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

  /** A file system that is mounted without the right to run anything tells so at once. */
  private static void requireRunnable(Path folder) throws IOException {
    if (!OwnerOnly.isPosix(folder)) {
      return;
    }
    Path file = Files.createFile(folder.resolve("run"), OwnerOnly.runnable());
    try {
      if (!Files.isExecutable(file)) {
        throw new IOException("nothing in it can be run: it is mounted noexec");
      }
    } finally {
      Files.delete(file);
    }
  }

  private static void removeLeftBehind(Path parent, UserPrincipal self) {
    FileTime old = FileTime.from(Instant.now().minus(LEFT_BEHIND));
    try (Stream<Path> found = Files.list(parent)) {
      for (Path folder : found.filter(UnpackFolders::isNamedSo).toList()) {
        // What somebody else made here could be another folder a moment later.
        if (Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(self)
            && Files.getLastModifiedTime(folder, LinkOption.NOFOLLOW_LINKS).compareTo(old) < 0) {
          remove(folder);
        }
      }
    } catch (IOException e) {
      LOG.debug("Failed to look for what was left behind in {}", parent, e);
    }
  }

  private static boolean isNamedSo(Path path) {
    return path.getFileName().toString().startsWith(PREFIX)
        && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  /** A library that is loaded cannot be removed on Windows; then the next process does it. */
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
