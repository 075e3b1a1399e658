package dev.posthorn.keyring;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A key ring in a file that only its owner can read: a line for each key, its id and the key in
 * base 64, separated by a space.
 */
public final class KeyFile {
  private KeyFile() {}

  /**
   * Reads the key ring of a file; creates the file with one new key if there is none.
   *
   * @throws IOException if the file cannot be read or written
   * @throws IllegalArgumentException if a line is not a key; the message names the file and the
   *     line
   */
  public static Keyring openOrCreate(Path file) throws IOException {
    if (!Files.exists(file)) {
      create(file);
    }
    Map<Integer, byte[]> keys = new TreeMap<>();
    int number = 0;
    for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
      number++;
      if (!line.isBlank()) {
        read(line, keys, file + ", line " + number);
      }
    }
    return new Keyring(keys);
  }

  private static void read(String line, Map<Integer, byte[]> keys, String where) {
    String[] parts = line.strip().split(" ", -1);
    try {
      keys.put(Integer.valueOf(parts[0]), Base64.getDecoder().decode(parts[1]));
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          where + ": must be a key id, a space and a key of 32 bytes in base 64", e);
    }
  }

  private static void create(Path file) throws IOException {
    byte[] key = new byte[Keyring.KEY_BYTES];
    new SecureRandom().nextBytes(key);
    byte[] line =
        ("1 " + Base64.getEncoder().encodeToString(key) + "\n").getBytes(StandardCharsets.US_ASCII);
    // Written whole under another name first: a crash must not leave half a key beside a database.
    Path part = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(part);
    try (var out =
        Files.newByteChannel(
            part,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            onlyOwner(file))) {
      out.write(java.nio.ByteBuffer.wrap(line));
      ((java.nio.channels.FileChannel) out).force(true);
    }
    try {
      Files.createLink(file, part);
    } catch (FileAlreadyExistsException e) {
      // Another process made one at the same time: that one counts.
    } catch (UnsupportedOperationException e) {
      Files.move(part, file);
    }
    Files.deleteIfExists(part);
  }

  private static FileAttribute<?>[] onlyOwner(Path file) {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
