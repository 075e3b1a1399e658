package dev.posthorn.signature;

import java.util.Base64;

/** The textual form of keys: a prefix for the type, followed by the bytes in base64. */
final class KeyText {

  static final String SECRET = "whsec_";
  static final String SIGNING_KEY = "whsk_";
  static final String PUBLIC_KEY = "whpk_";

  private KeyText() {}

  static String encode(String prefix, byte[] bytes) {
    return prefix + Base64.getEncoder().encodeToString(bytes);
  }

  /**
   * Returns the bytes after the prefix.
   *
   * @throws KeyFormatException if there are none
   */
  static byte[] decode(String prefix, String text) {
    if (!text.startsWith(prefix)) {
      throw new KeyFormatException("the key must start with " + prefix);
    }
    try {
      return Base64.getDecoder().decode(text.substring(prefix.length()));
    } catch (IllegalArgumentException e) {
      // Without the cause: the decoder's message quotes a character of the key.
      throw new KeyFormatException(
          "the part after "
              + prefix
              + " is not standard base64; copy the key whole, without spaces or line ends");
    }
  }
}
