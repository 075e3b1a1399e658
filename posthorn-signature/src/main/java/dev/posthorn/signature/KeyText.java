package dev.posthorn.signature;

import java.util.Base64;

/** The textual form of keys: a prefix that tells the kind, then the bytes in base64. */
final class KeyText {

  static final String SECRET = "whsec_";
  static final String SIGNING_KEY = "whsk_";
  static final String PUBLIC_KEY = "whpk_";

  private KeyText() {}

  static String encode(String prefix, byte[] bytes) {
    return prefix + Base64.getEncoder().encodeToString(bytes);
  }

  /** Returns the bytes behind the prefix; throws {@link KeyFormatException} if there are none. */
  static byte[] decode(String prefix, String text) {
    if (!text.startsWith(prefix)) {
      throw new KeyFormatException("the key must start with " + prefix);
    }
    try {
      return Base64.getDecoder().decode(text.substring(prefix.length()));
    } catch (IllegalArgumentException e) {
      // Without its cause: the decoder's message quotes a character of the key.
      throw new KeyFormatException(
          "what follows "
              + prefix
              + " is not standard base64; copy the key whole, without spaces or line ends");
    }
  }
}
