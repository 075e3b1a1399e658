package dev.posthorn.signature;

import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.util.List;

/** The receiver's half of a {@code v1a} key pair. */
final class Ed25519PublicKey implements VerificationKey {

  private final PublicKey key;

  private Ed25519PublicKey(PublicKey key) {
    this.key = key;
  }

  static Ed25519PublicKey parse(String text) {
    byte[] bytes = KeyText.decode(KeyText.PUBLIC_KEY, text);
    try {
      return new Ed25519PublicKey(Ed25519.publicKey(bytes));
    } catch (InvalidKeyException e) {
      throw new KeyFormatException(
          "the whpk_ key is not an Ed25519 key (32 raw bytes, or their X.509 form of 44); it has "
              + bytes.length
              + " bytes",
          e);
    }
  }

  @Override
  public String scheme() {
    return "v1a";
  }

  @Override
  public boolean signedAny(byte[] prefix, byte[] body, List<byte[]> signatures) {
    for (byte[] signature : signatures) {
      if (Ed25519.verify(key, prefix, body, signature)) {
        return true;
      }
    }
    return false;
  }
}
