package dev.posthorn.signature;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A {@code v1} secret, the same for sender and receiver. */
final class HmacKey implements Signer, VerificationKey {

  static final int MIN_BYTES = 24;
  static final int MAX_GENERATED_BYTES = 64;

  /**
   * Maximum length of a secret. Svix accepts secrets of up to 100 base64 characters, which must
   * work after a migration.
   */
  private static final int MAX_BYTES = 75;

  private static final String ALGORITHM = "HmacSHA256";

  /**
   * Holds the key and never receives data. A clone costs a third of a new instance, and needs no
   * lock and no thread-local (which would pile up with virtual threads).
   */
  private final Mac prototype;

  private HmacKey(Mac prototype) {
    this.prototype = prototype;
  }

  static HmacKey parse(String text) {
    byte[] secret = KeyText.decode(KeyText.SECRET, text);
    if (secret.length < MIN_BYTES || secret.length > MAX_BYTES) {
      throw new KeyFormatException(
          "a whsec_ secret has 24 to 64 bytes (up to 75 are accepted); this one has "
              + secret.length);
    }
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret, ALGORITHM));
      return new HmacKey(mac);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime does not support " + ALGORITHM, e);
    }
  }

  @Override
  public String sign(String id, long timestampSeconds, byte[] body) {
    byte[] signature = hmac(SignedContent.prefix(id, timestampSeconds), body);
    return "v1,".concat(Base64.getEncoder().encodeToString(signature));
  }

  @Override
  public String scheme() {
    return "v1";
  }

  @Override
  public boolean signedAny(byte[] prefix, byte[] body, List<byte[]> signatures) {
    byte[] expected = hmac(prefix, body);
    boolean found = false;
    for (byte[] signature : signatures) {
      found |= MessageDigest.isEqual(expected, signature);
    }
    return found;
  }

  private byte[] hmac(byte[] prefix, byte[] body) {
    try {
      Mac mac = (Mac) prototype.clone();
      mac.update(prefix);
      return mac.doFinal(body);
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(
          prototype.getProvider() + " offers an " + ALGORITHM + " that cannot be cloned", e);
    }
  }
}
