package dev.posthorn.signature;

import java.util.List;

/** A key that verifies signatures made with its counterpart. Thread-safe. */
sealed interface VerificationKey permits HmacKey, Ed25519PublicKey {

  /** Returns the scheme as written before the comma of a signature. */
  String scheme();

  /**
   * Returns whether at least one of the signatures, all of this key's scheme, matches prefix and
   * body.
   */
  boolean signedAny(byte[] prefix, byte[] body, List<byte[]> signatures);

  static VerificationKey parse(String text) {
    if (text.startsWith(KeyText.SECRET)) {
      return HmacKey.parse(text);
    }
    if (text.startsWith(KeyText.PUBLIC_KEY)) {
      return Ed25519PublicKey.parse(text);
    }
    if (text.startsWith(KeyText.SIGNING_KEY)) {
      throw new KeyFormatException(
          "a whsk_ key signs and belongs to the sender alone; verify with its whpk_ key");
    }
    throw new KeyFormatException(
        "a verification key starts with whsec_ (v1, a secret) or whpk_ (v1a, a public key)");
  }
}
