package dev.posthorn.internal.postgresql.lease;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Identity of a process among all that ever run on a machine, as Linux shows it. Whoever starts on
 * the same machine after a crash can tell from it that the owner of a lease is gone, and need not
 * wait until the lease ends.
 *
 * <p>A wrong answer would not be a catastrophe, since each owner has an epoch of its own; but a
 * process that is only hidden must not count as gone. So there is an identity only if this process
 * sees all others of its machine, and it is compared with the boot, the namespace, and the user.
 *
 * @param machine the boot of the machine, the namespace of process ids, and the user
 * @param pid the process id
 * @param start the time of the process's start, in ticks since the boot: process ids are used again
 */
record ProcessIdentity(String machine, long pid, long start) {
  private static final Path PROC = Path.of("/proc");

  /** The process that a machine always has: who sees it sees those of other users. */
  private static final long FIRST = 1;

  /** The number of fields of {@code stat} after the name until the time of the start. */
  private static final int FIELDS_BEFORE_START = 19;

  /** Returns this process's, or null if the machine does not tell. */
  static @Nullable ProcessIdentity current() {
    return of(ProcessHandle.current().pid());
  }

  /** Returns that of a process of this machine, or null if the machine does not tell. */
  static @Nullable ProcessIdentity of(long pid) {
    try {
      return new ProcessIdentity(thisMachine(), pid, startOf(pid));
    } catch (IOException | RuntimeException e) { // not Linux, or not all of it
      return null;
    }
  }

  /** Returns the identity of a text, or null if the text is of another version. */
  static @Nullable ProcessIdentity parse(String text) {
    String[] parts = text.split(" ", -1);
    try {
      return parts.length == 3
          ? new ProcessIdentity(parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2]))
          : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Returns it as a text. */
  String text() {
    return machine + " " + pid + " " + start;
  }

  /**
   * Returns whether the process certainly runs no more; false if it ran on another machine. One
   * that has ended, and whose parent has not taken note of it, may seem to run.
   */
  boolean hasEnded() {
    try {
      return machine.equals(thisMachine()) && startOf(pid) != start;
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException | RuntimeException e) { // such as no file descriptor left
      return false;
    }
  }

  private static String thisMachine() throws IOException {
    long self = Long.parseLong(Files.readSymbolicLink(PROC.resolve("self")).toString());
    if (self != ProcessHandle.current().pid()) {
      throw new IOException(PROC + " shows another namespace");
    }
    if (!Files.isReadable(PROC.resolve(FIRST + "/stat"))) {
      throw new IOException(PROC + " hides the processes of other users");
    }
    String boot = Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
    Path namespace = Files.readSymbolicLink(PROC.resolve("self/ns/pid"));
    Object user = Files.getAttribute(PROC.resolve("self"), "unix:uid");
    return boot + "/" + namespace + "/" + user;
  }

  /** Returns the time of a process's start. */
  private static long startOf(long pid) throws IOException {
    Path file = PROC.resolve(pid + "/stat");
    String stat = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    // The name of the program comes before it, in parentheses, and may have any character.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    return Long.parseLong(fields[FIELDS_BEFORE_START]);
  }
}
