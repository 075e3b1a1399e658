package dev.posthorn.internal.crypto;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses the keys that encrypt secrets: 32 bytes as base64 or hexadecimal digits, each with its
 * number if there are several.
 */
public final class SecretKey {
  private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{64}");
  private static final Pattern NUMBERED = Pattern.compile("([1-9]\\d{0,8}):(.+)");
  private static final String REMEDY =
      "make one with: head -c 32 /dev/urandom | base64; keep it as long as the database";

  private SecretKey() {}

  /**
   * Returns the key ring of a key, or of several such as {@code 2:KEY,1:KEY}; a key without a
   * number is number 1, and the highest number encrypts.
   *
   * @throws IllegalArgumentException if the text is invalid; the message names the problem and the
   *     remedy, not the key
   */
  public static Keyring keyring(String text) {
    Map<Integer, byte[]> keys = new TreeMap<>();
    String[] parts = text.split(",", -1);
    for (String part : parts) {
      Matcher matcher = NUMBERED.matcher(part.strip());
      boolean numbered = matcher.matches();
      if (!numbered && parts.length > 1) {
        throw new IllegalArgumentException("each of several keys needs its number: 2:KEY,1:KEY");
      }
      int number = numbered ? Integer.parseInt(matcher.group(1)) : 1;
      if (keys.put(number, key(numbered ? matcher.group(2) : part.strip())) != null) {
        throw new IllegalArgumentException(
            "key " + number + " appears twice; give each key its own number");
      }
    }
    return new Keyring(keys);
  }

  private static byte[] key(String text) {
    byte[] key;
    try {
      key =
          HEX.matcher(text).matches()
              ? HexFormat.of().parseHex(text)
              : Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("is neither base64 nor 64 hexadecimal digits; " + REMEDY);
    }
    if (key.length != Keyring.KEY_BYTES) {
      throw new IllegalArgumentException(
          "has " + key.length + " bytes and needs " + Keyring.KEY_BYTES + "; " + REMEDY);
    }
    return key;
  }
}
