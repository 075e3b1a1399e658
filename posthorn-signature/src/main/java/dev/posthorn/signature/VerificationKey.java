package dev.posthorn.signature;

import java.util.List;

/** A key that tells whether content was signed with its counterpart; safe for use by threads. */
sealed interface VerificationKey permits HmacKey, Ed25519PublicKey {

  /** Returns the scheme as it stands before the comma of a signature. */
  String scheme();

  /** Says whether one of the signatures, all of this key's scheme, is of prefix and body. */
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
        "a key to verify with starts with whsec_ (v1, a secret) or whpk_ (v1a, a public key)");
  }
}
