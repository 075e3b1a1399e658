package dev.posthorn.internal.crypto;

import dev.posthorn.spi.store.rows.SecretRow;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts endpoints' secrets with AES-256-GCM, and decrypts them.
 *
 * <p>A ring has keys by id; the one with the highest id encrypts, all decrypt. Environment,
 * application, endpoint and slot are authenticated with each secret, so that a ciphertext moved to
 * another row, or with its endpoint to another application, is rejected. A ciphertext is a mark of
 * 4 bytes, a nonce of 12, the encrypted secret, and a tag of 16 bytes (NIST SP 800-38D). A
 * ciphertext without the mark was created before the application was authenticated; it can still be
 * read. Thread-safe.
 */
public final class Keyring {
  /** The length of a key in bytes. */
  public static final int KEY_BYTES = 32;

  /** Start of a ciphertext whose application is authenticated. */
  private static final byte[] MARK = {0, 'P', 'H', 2};

  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  /** The bytes by which {@link #seal(byte[], byte[])} makes something longer. */
  public static final int SEALED_BYTES = NONCE_BYTES + TAG_BITS / 8;

  private final TreeMap<Integer, SecretKeySpec> keys = new TreeMap<>();
  private final SecureRandom random = new SecureRandom();

  /**
   * The owner of an endpoint's secrets.
   *
   * @param environment the environment
   * @param application the application in it
   */
  public record Owner(long environment, long application) {}

  /**
   * Creates a ring.
   *
   * @param keys keys of 32 bytes by id, at least one
   * @throws IllegalArgumentException if the map is empty, or a key has another length
   */
  public Keyring(Map<Integer, byte[]> keys) {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("keys: at least one is required");
    }
    keys.forEach(
        (id, key) -> {
          if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException(
                "keys: key " + id + " must have 32 bytes, not " + key.length);
          }
          this.keys.put(id, new SecretKeySpec(key, "AES"));
        });
  }

  /**
   * Encrypts a secret with the newest key.
   *
   * @param slot the slot of the secret; see {@link SecretRow}
   * @param expires the time at which it expires, wall time in milliseconds, or 0 for never
   * @return the row to store
   */
  public SecretRow seal(Owner owner, long endpoint, int slot, String secret, long expires) {
    int keyId = keys.lastKey();
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, keyId, nonce, context(owner, endpoint, slot));
      byte[] sealed = cipher.doFinal(secret.getBytes(StandardCharsets.UTF_8));
      byte[] row =
          ByteBuffer.allocate(MARK.length + nonce.length + sealed.length)
              .put(MARK)
              .put(nonce)
              .put(sealed)
              .array();
      return new SecretRow(endpoint, slot, keyId, row, expires);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM is not available in this Java runtime", e);
    }
  }

  /**
   * Decrypts a secret.
   *
   * @throws KeyringException if its key is not in this ring, or it was changed or moved
   */
  public String open(Owner owner, SecretRow row) {
    try {
      return isMarked(row) ? openMarked(owner, row) : openOlder(owner, row);
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new KeyringException(
          "a secret of an endpoint cannot be decrypted with key "
              + row.keyId()
              + "; start with the key file that belongs to this database",
          e instanceof KeyringException ? null : e);
    }
  }

  private String openMarked(Owner owner, SecretRow row) throws GeneralSecurityException {
    try {
      return open(row, MARK.length, context(owner, row.endpoint(), row.slot()));
    } catch (AEADBadTagException e) {
      return openOlder(owner, row); // a nonce may be any bytes, even a mark
    }
  }

  private String openOlder(Owner owner, SecretRow row) throws GeneralSecurityException {
    return open(row, 0, olderContext(owner, row.endpoint(), row.slot()));
  }

  private String open(SecretRow row, int from, byte[] context) throws GeneralSecurityException {
    byte[] sealed = row.ciphertext();
    byte[] nonce = new byte[NONCE_BYTES];
    ByteBuffer.wrap(sealed).position(from).get(nonce);
    Cipher cipher = cipher(Cipher.DECRYPT_MODE, row.keyId(), nonce, context);
    int start = from + NONCE_BYTES;
    byte[] plain = cipher.doFinal(sealed, start, sealed.length - start);
    return new String(plain, StandardCharsets.UTF_8);
  }

  /**
   * Encrypts bytes with the newest key.
   *
   * @param context is authenticated with them: they can be decrypted in the same context only
   */
  public byte[] seal(byte[] context, byte[] plain) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, newest(), nonce, context).doFinal(plain);
      return ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM is not available in this Java runtime", e);
    }
  }

  /**
   * Decrypts bytes.
   *
   * @throws KeyringException if the key is not in this ring, or they were changed or moved
   */
  public byte[] open(int keyId, byte[] context, byte[] sealed) {
    if (sealed.length < SEALED_BYTES) {
      throw new KeyringException("encrypted bytes are incomplete", null);
    }
    byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
    try {
      return cipher(Cipher.DECRYPT_MODE, keyId, nonce, context)
          .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
    } catch (GeneralSecurityException e) {
      throw new KeyringException("bytes cannot be decrypted with key " + keyId, e);
    }
  }

  /** Returns the id of the key that encrypts. */
  public int newest() {
    return keys.lastKey();
  }

  /**
   * Returns whether this ring would encrypt a secret the same way now: with the newest key, bound
   * to its application.
   */
  public boolean isCurrent(SecretRow row) {
    return row.keyId() == newest() && isMarked(row);
  }

  private static boolean isMarked(SecretRow row) {
    byte[] sealed = row.ciphertext();
    return sealed.length >= MARK.length
        && Arrays.equals(sealed, 0, MARK.length, MARK, 0, MARK.length);
  }

  /**
   * Encrypts a secret again, with the newest key.
   *
   * @throws KeyringException if its key is not in this ring, or it was changed or moved
   */
  public SecretRow reseal(Owner owner, SecretRow row) {
    return seal(owner, row.endpoint(), row.slot(), open(owner, row), row.expires());
  }

  private Cipher cipher(int mode, int keyId, byte[] nonce, byte[] context)
      throws GeneralSecurityException {
    SecretKeySpec key = keys.get(keyId);
    if (key == null) {
      throw new KeyringException("key " + keyId + " is not in the key ring", null);
    }
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(context);
    return cipher;
  }

  private static byte[] context(Owner owner, long endpoint, int slot) {
    return ByteBuffer.allocate(28)
        .putLong(owner.environment())
        .putLong(owner.application())
        .putLong(endpoint)
        .putInt(slot)
        .array();
  }

  /**
   * Returns the authenticated data from before the application was included; it has another length,
   * so it is never equal.
   */
  private static byte[] olderContext(Owner owner, long endpoint, int slot) {
    return ByteBuffer.allocate(20)
        .putLong(owner.environment())
        .putLong(endpoint)
        .putInt(slot)
        .array();
  }

  /** Thrown when a secret cannot be decrypted. */
  public static final class KeyringException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KeyringException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
