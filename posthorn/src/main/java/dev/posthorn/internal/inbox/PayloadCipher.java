package dev.posthorn.internal.inbox;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.crypto.Keyring;
import java.nio.charset.StandardCharsets;

/** Encrypts payloads of the inbox with the keys that encrypt secrets, and decrypts them. */
final class PayloadCipher {
  /** The bytes by which encryption makes a payload longer. */
  static final int LONGER_BYTES = Keyring.SEALED_BYTES;

  private final Keyring keys;

  PayloadCipher(Keyring keys) {
    this.keys = keys;
  }

  /** Returns the id of the key that encrypts. */
  int key() {
    return keys.newest();
  }

  /** Encrypts the payload of a row. */
  byte[] seal(String messageId, String application, byte[] payload) {
    return keys.seal(context(messageId, application), payload);
  }

  /** Decrypts the payload of a row; throws INVALID if that is impossible. */
  byte[] open(InboxRow row, int key, byte[] sealed) {
    try {
      return keys.open(key, context(row.messageId(), row.application()), sealed);
    } catch (Keyring.KeyringException e) {
      throw PosthornException.invalid(
          "payload",
          "cannot be decrypted ("
              + e.getMessage()
              + "); open with the key file that it was encrypted with, or delete the row");
    }
  }

  /** A payload that is moved to another row is rejected. */
  private static byte[] context(String messageId, String application) {
    return ("inbox " + messageId + " " + application).getBytes(StandardCharsets.UTF_8);
  }
}
