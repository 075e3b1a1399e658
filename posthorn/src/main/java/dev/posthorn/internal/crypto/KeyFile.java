package dev.posthorn.internal.crypto;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.file.FileFailure;
import dev.posthorn.internal.file.OwnerOnly;
import dev.posthorn.internal.file.ProcessUser;
import dev.posthorn.internal.file.Syncing;
import dev.posthorn.spi.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A key ring in a file that only its owner can read: one line per key, with its id and the key in
 * base64, separated by a space.
 */
public final class KeyFile {
  /** An id, and 32 bytes in base64. */
  private static final Pattern LINE = Pattern.compile("(\\d{1,9}) ([A-Za-z0-9+/]{43}=)");

  private static final String ROOT = "root";

  private final Path file;
  private final Set<PosixFilePermission> permitted;

  /**
   * Creates a reference to a file, which need not exist yet.
   *
   * @param permitted the permissions that others than its owner may have
   */
  public KeyFile(Path file, Set<PosixFilePermission> permitted) {
    this.file = file;
    this.permitted = Set.copyOf(permitted);
  }

  /**
   * Returns the key ring of the file, or null if the file does not exist.
   *
   * @throws PosthornException with STORE_FAILED if the file cannot be read, a line is not a key,
   *     two keys have the same id, or there is no key; or, on a file system with POSIX permissions,
   *     if others than its owner have more than the permitted access, or it belongs to a user other
   *     than that of this process and root: the message names the remedy, and contains nothing from
   *     the file
   */
  public @Nullable Keyring read() {
    try {
      return Files.exists(file) ? keyring() : null;
    } catch (IOException | IllegalArgumentException e) {
      throw unusable(e);
    }
  }

  /**
   * Creates the file with a new key, unless it has come into existence meanwhile, and returns its
   * key ring.
   *
   * @param store the store that the key is for
   * @throws PosthornException with STORE_FAILED if the store has secrets already, which another key
   *     encrypts, or if the file cannot be written, or read as above
   */
  public Keyring create(Store store) {
    return create(store.across(store.allPartitions())::hasSecrets);
  }

  Keyring create(BooleanSupplier hasSecrets) {
    try {
      requireNoSecrets(hasSecrets);
      write();
      return keyring();
    } catch (IOException | IllegalArgumentException e) {
      throw unusable(e);
    }
  }

  private PosthornException unusable(Exception cause) {
    return new PosthornException(
        Reason.STORE_FAILED, "the key file " + file + " cannot be used: " + why(cause), cause);
  }

  private static String why(Exception cause) {
    return cause instanceof IOException io
        ? FileFailure.why(io)
        : String.valueOf(cause.getMessage());
  }

  private Keyring keyring() throws IOException {
    requirePrivate();
    Map<Integer, byte[]> keys = new TreeMap<>();
    int number = 0;
    // Latin-1 accepts every byte, so that the message names the bad line of any file.
    for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
      number++;
      if (!line.isBlank()) {
        add(line.strip(), keys, "line " + number);
      }
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException(
          "it contains no key; put the file that belongs to this database in its place");
    }
    return new Keyring(keys);
  }

  /**
   * Throws if the store has secrets: a new key in place of a lost one would seem to work until the
   * first delivery.
   */
  private static void requireNoSecrets(BooleanSupplier hasSecrets) {
    if (hasSecrets.getAsBoolean()) {
      throw new IllegalArgumentException(
          "it is missing, and the secrets in the database are encrypted with its key; put the file"
              + " that belongs to this database in its place");
    }
  }

  /**
   * Requires a private file, as SSH does for private keys: a file that others could read or replace
   * protects nothing.
   */
  private void requirePrivate() throws IOException {
    String mode = OwnerOnly.modeForOthers(file, permitted);
    if (mode != null) {
      throw new IllegalArgumentException(
          "others than its owner can read or change it ("
              + mode
              + "); run: chmod 600 "
              + file
              + ", or permit its group to (keyFilePermissions)");
    }
    if (OwnerOnly.isPosix(file)) {
      requireOwner(file, Files.getOwner(file).getName(), ProcessUser.name());
    }
  }

  /**
   * Requires that the file belongs to this process's user or root: its owner can read and change
   * it, whatever its mode.
   */
  static void requireOwner(Path file, String owner, String self) {
    if (!owner.equals(self) && !owner.equals(ROOT)) {
      throw new IllegalArgumentException(
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

  private static void add(String line, Map<Integer, byte[]> keys, String where) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          where + ": must be a key id, a space and a key of 32 bytes in base64");
    }
    int id = Integer.parseInt(matcher.group(1));
    if (keys.putIfAbsent(id, Base64.getDecoder().decode(matcher.group(2))) != null) {
      throw new IllegalArgumentException(
          where + ": key " + id + " appears twice; give each key its own id");
    }
  }

  private void write() throws IOException {
    byte[] key = new byte[Keyring.KEY_BYTES];
    new SecureRandom().nextBytes(key);
    byte[] line =
        ("1 " + Base64.getEncoder().encodeToString(key) + "\n").getBytes(StandardCharsets.US_ASCII);
    // First written in full under another name: a crash must not leave half a key next to a
    // database. The name is unique, since another process may do the same at the same time.
    Path part = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".new");
    try {
      OwnerOnly.create(part, line);
      publish(part, file);
    } finally {
      Files.deleteIfExists(part);
    }
    // Secrets must not outlast their key in a power failure, so its name must be on disk first.
    Syncing.nameOf(file);
  }

  private static void publish(Path part, Path file) throws IOException {
    try {
      // Unlike a move, this never replaces a file that another process has just created.
      Files.createLink(file, part);
    } catch (FileAlreadyExistsException e) {
      // The other process's file counts.
    } catch (UnsupportedOperationException | FileSystemException e) {
      // The file system does not support links.
      Files.move(part, file);
    }
  }
}
