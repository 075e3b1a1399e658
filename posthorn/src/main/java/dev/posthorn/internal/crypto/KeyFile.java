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
 * A key ring in a file that only its owner can read: a line for each key, its id and the key in
 * base 64, separated by a space.
 */
public final class KeyFile {
  /** An id, and 32 bytes in base 64. */
  private static final Pattern LINE = Pattern.compile("(\\d{1,9}) ([A-Za-z0-9+/]{43}=)");

  private static final String ROOT = "root";

  private final Path file;
  private final Set<PosixFilePermission> permitted;

  /**
   * Names a file, which need not exist yet.
   *
   * @param permitted what others than its owner may do with it
   */
  public KeyFile(Path file, Set<PosixFilePermission> permitted) {
    this.file = file;
    this.permitted = Set.copyOf(permitted);
  }

  /**
   * Returns the key ring of the file, or null if there is no file.
   *
   * @throws PosthornException with STORE_FAILED if it cannot be read, or a line is not a key, two
   *     have the same id, or there is none; or if others than its owner can do with it what they
   *     are not permitted to, or it belongs to somebody else than the user of this process and
   *     root, on a file system that knows POSIX permissions: the message says how to mend that, and
   *     holds nothing that the file holds
   */
  public @Nullable Keyring read() {
    try {
      return Files.exists(file) ? keyring() : null;
    } catch (IOException | IllegalArgumentException e) {
      throw unusable(e);
    }
  }

  /**
   * Makes the file with a new key, unless there is one meanwhile, and returns its key ring.
   *
   * @param store what the key is for
   * @throws PosthornException with STORE_FAILED if the store has secrets already, which another key
   *     encrypts, or if the file cannot be written, or read as above
   */
  public Keyring create(Store store) {
    return create(() -> !store.secrets(Long.MIN_VALUE, 1).isEmpty());
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
    // Latin-1 takes every byte, so that in a file of another kind the bad line is told, too.
    for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
      number++;
      if (!line.isBlank()) {
        add(line.strip(), keys, "line " + number);
      }
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException(
          "it holds no key; put the file that belongs to this database in its place");
    }
    return new Keyring(keys);
  }

  /** A new key in the place of a lost one would seem to work until the first delivery. */
  private static void requireNoSecrets(BooleanSupplier hasSecrets) {
    if (hasSecrets.getAsBoolean()) {
      throw new IllegalArgumentException(
          "it is missing, and the secrets in the database are encrypted with its key; put the file"
              + " that belongs to this database in its place");
    }
  }

  /** Like a private key of SSH: what others could read or replace protects nothing. */
  private void requirePrivate() throws IOException {
    String mode = OwnerOnly.modeForOthers(file, permitted);
    if (mode != null) {
      throw new IllegalArgumentException(
          "others than its owner can read or change it ("
              + mode
              + "); run: chmod 600 "
              + file
              + ", or say that its group may (keyFilePermissions)");
    }
    if (OwnerOnly.isPosix(file)) {
      requireOwner(file, Files.getOwner(file).getName(), ProcessUser.name());
    }
  }

  /** Whose file it is can read and change it, whatever its mode says. */
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
          where + ": must be a key id, a space and a key of 32 bytes in base 64");
    }
    int id = Integer.parseInt(matcher.group(1));
    if (keys.putIfAbsent(id, Base64.getDecoder().decode(matcher.group(2))) != null) {
      throw new IllegalArgumentException(
          where + ": key " + id + " is there twice; give each key an id of its own");
    }
  }

  private void write() throws IOException {
    byte[] key = new byte[Keyring.KEY_BYTES];
    new SecureRandom().nextBytes(key);
    byte[] line =
        ("1 " + Base64.getEncoder().encodeToString(key) + "\n").getBytes(StandardCharsets.US_ASCII);
    // Written whole under another name first: a crash must not leave half a key beside a database.
    // A name of its own, since another process may do the same at the same time.
    Path part = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".new");
    try {
      OwnerOnly.create(part, line);
      publish(part, file);
    } finally {
      Files.deleteIfExists(part);
    }
    // Secrets must not outlast their key in a power failure, so its name has to be on disk first.
    Syncing.nameOf(file);
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
}
