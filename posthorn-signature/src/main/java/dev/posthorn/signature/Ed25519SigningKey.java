package dev.posthorn.signature;

import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Base64;

/** The sender's half of a {@code v1a} key pair. */
final class Ed25519SigningKey implements Signer {

  private final PrivateKey privateKey;
  private final byte[] publicKey;

  private Ed25519SigningKey(PrivateKey privateKey, byte[] publicKey) {
    this.privateKey = privateKey;
    this.publicKey = publicKey;
  }

  static Ed25519SigningKey parse(String text) {
    byte[] bytes = KeyText.decode(KeyText.SIGNING_KEY, text);
    if (bytes.length != 2 * Ed25519.KEY_BYTES) {
      throw new KeyFormatException(
          "a whsk_ key has 64 bytes, the seed and the public key; this one has " + bytes.length);
    }
    Ed25519SigningKey key =
        new Ed25519SigningKey(
            Ed25519.privateKey(Arrays.copyOf(bytes, Ed25519.KEY_BYTES)),
            Arrays.copyOfRange(bytes, Ed25519.KEY_BYTES, bytes.length));
    key.requireHalvesBelongTogether();
    return key;
  }

  byte[] publicKey() {
    return publicKey.clone();
  }

  @Override
  public String sign(String id, long timestampSeconds, byte[] body) {
    byte[] signature = Ed25519.sign(privateKey, SignedContent.prefix(id, timestampSeconds), body);
    return "v1a,".concat(Base64.getEncoder().encodeToString(signature));
  }

  /**
   * Checks that both halves belong together; otherwise receivers would reject everything it signs,
   * without a hint why.
   */
  private void requireHalvesBelongTogether() {
    byte[] probe = {};
    boolean match;
    try {
      match =
          Ed25519.verify(
              Ed25519.publicKey(publicKey), probe, probe, Ed25519.sign(privateKey, probe, probe));
    } catch (InvalidKeyException e) {
      match = false;
    }
    if (!match) {
      throw new KeyFormatException(
          "the last 32 bytes of the whsk_ key are not the public key of its first 32");
    }
  }
}
