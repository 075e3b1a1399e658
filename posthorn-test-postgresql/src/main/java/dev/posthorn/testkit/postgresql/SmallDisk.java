package dev.posthorn.testkit.postgresql;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A disk of some megabytes that a test can fill: a file system in memory, mounted on a folder. */
public final class SmallDisk implements AutoCloseable {
  private static final int BLOCK = 4_096;
  private static final long COMMAND_SECONDS = 30;

  private final Path folder;
  private final Path filler;

  private SmallDisk(Path folder) {
    this.folder = folder;
    this.filler = folder.resolve("filler");
  }

  /**
   * Mounts a disk.
   *
   * @throws IOException if this process may not, and why: only root may, and not in every container
   */
  public static SmallDisk mount(int megabytes) throws IOException {
    Path folder = Files.createTempDirectory("posthorn-disk-");
    try {
      run(
          "mount",
          "-t",
          "tmpfs",
          "-o",
          "mode=1777,size=" + megabytes + "m",
          "tmpfs",
          folder.toString());
    } catch (IOException e) {
      Files.delete(folder);
      throw e;
    }
    return new SmallDisk(folder);
  }

  /** Returns its folder, which everybody may write to. */
  public Path folder() {
    return folder;
  }

  /** Takes all space that is left. */
  public void fill() {
    byte[] block = new byte[BLOCK];
    try (OutputStream out =
        Files.newOutputStream(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      // It is full.
    }
  }

  /** Frees the space that was taken. */
  public void free() {
    try {
      Files.deleteIfExists(filler);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Removes the disk, and all that is on it. */
  @Override
  public void close() {
    try {
      run("umount", "--lazy", folder.toString());
      Files.delete(folder);
    } catch (IOException e) {
      throw new IllegalStateException("cannot remove " + folder, e);
    }
  }

  private static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var output = process.inputReader()) {
      List<String> said = output.lines().toList();
      if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException(String.join(" ", command) + " failed: " + String.join("; ", said));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
