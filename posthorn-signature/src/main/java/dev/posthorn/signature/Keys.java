package dev.posthorn.signature;

import java.security.SecureRandom;

/** Generates keys in their textual form: {@code whsec_}, {@code whsk_} and {@code whpk_}. */
public final class Keys {

  /** The default length of a secret, in bytes. */
  private static final int DEFAULT_SECRET_BYTES = 32;

  private Keys() {}

  /** Returns a new random secret of 32 bytes for {@code v1}, {@code whsec_} and base64. */
  public static String generateSecret() {
    return generateSecret(DEFAULT_SECRET_BYTES);
  }

  /**
   * Returns a new random secret for {@code v1}, {@code whsec_} and base64.
   *
   * @param bytes its length; Standard Webhooks allows 24 to 64
   * @throws IllegalArgumentException if the length is outside these bounds
   */
  public static String generateSecret(int bytes) {
    if (bytes < HmacKey.MIN_BYTES || bytes > HmacKey.MAX_GENERATED_BYTES) {
      throw new IllegalArgumentException(
          "bytes is " + bytes + "; Standard Webhooks allows secrets of 24 to 64 bytes");
    }
    byte[] secret = new byte[bytes];
    new SecureRandom().nextBytes(secret);
    return KeyText.encode(KeyText.SECRET, secret);
  }

  /**
   * Returns a new random signing key for {@code v1a}: {@code whsk_} and the base64 of 64 bytes, the
   * Ed25519 seed followed by the public key. It stays with the sender.
   */
  public static String generateSigningKey() {
    return KeyText.encode(KeyText.SIGNING_KEY, Ed25519.generate());
  }

  /**
   * Returns the public key of a signing key: {@code whpk_} and the base64 of its 32 raw bytes.
   * Receivers verify with it.
   *
   * @param signingKey a {@code whsk_} key
   * @throws KeyFormatException if the text is not a signing key
   */
  public static String publicKeyOf(String signingKey) {
    return KeyText.encode(KeyText.PUBLIC_KEY, Ed25519SigningKey.parse(signingKey).publicKey());
  }
}
