package dev.posthorn.keyring;

import dev.posthorn.store.SecretRow;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts endpoints' secrets with AES-256-GCM, and decrypts them.
 *
 * <p>A ring holds keys by id; the one with the highest id encrypts, all decrypt. Environment,
 * endpoint and slot are authenticated with each secret, so that a ciphertext moved to another row
 * is refused. A ciphertext is a nonce of 12 bytes, the encrypted secret, and a tag of 16 bytes
 * (NIST SP 800-38D). Thread-safe.
 */
public final class Keyring {
  /** The length of a key in bytes. */
  public static final int KEY_BYTES = 32;

  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final TreeMap<Integer, SecretKeySpec> keys = new TreeMap<>();
  private final SecureRandom random = new SecureRandom();

  /**
   * Creates a ring.
   *
   * @param keys keys of 32 bytes by their ids, at least one
   * @throws IllegalArgumentException if there is none, or one has another length
   */
  public Keyring(Map<Integer, byte[]> keys) {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("keys: there must be at least one");
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
   * @param slot which of the endpoint's secrets it is; see {@link SecretRow}
   * @param expires until when it counts, wall time in milliseconds, or 0 for without end
   * @return the row to be stored
   */
  public SecretRow seal(long environment, long endpoint, int slot, String secret, long expires) {
    int keyId = keys.lastKey();
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      Cipher cipher =
          cipher(Cipher.ENCRYPT_MODE, keyId, nonce, context(environment, endpoint, slot));
      byte[] sealed = cipher.doFinal(secret.getBytes(StandardCharsets.UTF_8));
      byte[] row = ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
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
  public String open(long environment, SecretRow row) {
    try {
      byte[] sealed = row.ciphertext();
      byte[] nonce = new byte[NONCE_BYTES];
      ByteBuffer.wrap(sealed).get(nonce);
      byte[] context = context(environment, row.endpoint(), row.slot());
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, row.keyId(), nonce, context);
      byte[] plain = cipher.doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
      return new String(plain, StandardCharsets.UTF_8);
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new KeyringException(
          "a secret of an endpoint cannot be decrypted with key "
              + row.keyId()
              + "; start with the key file that belongs to this database",
          e instanceof KeyringException ? null : e);
    }
  }

  /** Returns the id of the key that encrypts. */
  public int newest() {
    return keys.lastKey();
  }

  /**
   * Encrypts a secret again, with the newest key.
   *
   * @throws KeyringException if its key is not in this ring, or it was changed or moved
   */
  public SecretRow reseal(long environment, SecretRow row) {
    return seal(environment, row.endpoint(), row.slot(), open(environment, row), row.expires());
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

  private static byte[] context(long environment, long endpoint, int slot) {
    return ByteBuffer.allocate(20).putLong(environment).putLong(endpoint).putInt(slot).array();
  }

  /** A secret cannot be decrypted. */
  public static final class KeyringException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KeyringException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
