package dev.posthorn.keyring;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key ring in a file that only its owner can read: a line for each key, its id and the key in
 * base 64, separated by a space.
 */
public final class KeyFile {
  /** An id, and 32 bytes in base 64. */
  private static final Pattern LINE = Pattern.compile("(\\d{1,9}) ([A-Za-z0-9+/]{43}=)");

  private static final Set<PosixFilePermission> OF_OTHERS =
      PosixFilePermissions.fromString("---rw-rw-");

  private static final String ROOT = "root";

  private KeyFile() {}

  /**
   * Reads the key ring of a file; creates the file with one new key if there is none.
   *
   * @throws IOException if the file cannot be read or written; or if others than its owner can, or
   *     it belongs to somebody else than the user of this process and root, on a file system that
   *     knows POSIX permissions: the message says how to mend that
   * @throws IllegalArgumentException if a line is not a key, two have the same id, or there is
   *     none; the message names the file and the line, and holds nothing that the line holds
   */
  public static Keyring openOrCreate(Path file) throws IOException {
    if (!Files.exists(file)) {
      create(file);
    }
    requirePrivate(file);
    Map<Integer, byte[]> keys = new TreeMap<>();
    int number = 0;
    // Latin-1 takes every byte, so that in a file of another kind the bad line is told, too.
    for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
      number++;
      if (!line.isBlank()) {
        add(line.strip(), keys, file + ", line " + number);
      }
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException(
          file + ": holds no key; put the file that belongs to this database in its place");
    }
    return new Keyring(keys);
  }

  /** Like a private key of SSH: what others could read or replace protects nothing. */
  private static void requirePrivate(Path file) throws IOException {
    if (isPosix(file)) {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      if (!Collections.disjoint(permissions, OF_OTHERS)) {
        throw new FileSystemException(
            file.toString(),
            null,
            "others than its owner can read or change it ("
                + PosixFilePermissions.toString(permissions)
                + "); run: chmod 600 "
                + file);
      }
      requireOwner(file, Files.getOwner(file).getName(), ownerOfProcess());
    }
  }

  /** Whose file it is can read and change it, whatever its mode says. */
  static void requireOwner(Path file, String owner, String self) throws IOException {
    if (!owner.equals(self) && !owner.equals(ROOT)) {
      throw new FileSystemException(
          file.toString(),
          null,
          "it belongs to "
              + owner
              + ", who could read or change it, but this process runs as "
              + self
              + "; run: chown "
              + self
              + " "
              + file);
    }
  }

  /**
   * Returns the name of the user that this process runs as: the owner of what it creates. The name
   * that Java knows may be of another user, or missing.
   */
  private static String ownerOfProcess() {
    try {
      Path created = Files.createTempFile("posthorn", null);
      try {
        return Files.getOwner(created).getName();
      } finally {
        Files.delete(created);
      }
    } catch (IOException e) { // no folder for it
      return System.getProperty("user.name", "");
    }
  }

  private static void add(String line, Map<Integer, byte[]> keys, String where) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          where + ": must be a key id, a space and a key of 32 bytes in base 64");
    }
    int id = Integer.parseInt(matcher.group(1));
    if (keys.putIfAbsent(id, Base64.getDecoder().decode(matcher.group(2))) != null) {
      throw new IllegalArgumentException(
          where + ": key " + id + " is there twice; give each key an id of its own");
    }
  }

  private static void create(Path file) throws IOException {
    byte[] key = new byte[Keyring.KEY_BYTES];
    new SecureRandom().nextBytes(key);
    byte[] line =
        ("1 " + Base64.getEncoder().encodeToString(key) + "\n").getBytes(StandardCharsets.US_ASCII);
    // Written whole under another name first: a crash must not leave half a key beside a database.
    // A name of its own, since another process may do the same at the same time.
    Path part = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".new");
    try {
      try (FileChannel out =
          FileChannel.open(
              part,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              onlyOwner(file))) {
        out.write(ByteBuffer.wrap(line));
        out.force(true);
      }
      publish(part, file);
    } finally {
      Files.deleteIfExists(part);
    }
    forceDirectoryOf(file);
  }

  private static void publish(Path part, Path file) throws IOException {
    try {
      // Unlike a move, this never replaces a file that another process has just made.
      Files.createLink(file, part);
    } catch (FileAlreadyExistsException e) {
      // That one counts.
    } catch (UnsupportedOperationException | FileSystemException e) {
      // A file system without links.
      Files.move(part, file);
    }
  }

  /** Secrets must not outlast their key in a power failure, so its name has to be on disk first. */
  private static void forceDirectoryOf(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null && isPosix(file)) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private static FileAttribute<?>[] onlyOwner(Path file) {
    return isPosix(file)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean isPosix(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
