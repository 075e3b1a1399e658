package dev.posthorn.server.serve;

import dev.posthorn.keyring.Keyring;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads the key that secrets are encrypted with: 32 bytes as base64 or hexadecimal digits. */
final class SecretKey {
  private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{64}");
  private static final String REMEDY =
      "make one with: head -c 32 /dev/urandom | base64; keep it as long as the database";

  private SecretKey() {}

  /** Returns the key ring of a key; throws {@link IllegalArgumentException} that tells how. */
  static Keyring keyring(String text) {
    byte[] key;
    try {
      key =
          HEX.matcher(text).matches()
              ? HexFormat.of().parseHex(text)
              : Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "is neither base64 nor 64 hexadecimal digits; " + REMEDY, e);
    }
    if (key.length != Keyring.KEY_BYTES) {
      throw new IllegalArgumentException(
          "has " + key.length + " bytes and needs " + Keyring.KEY_BYTES + "; " + REMEDY);
    }
    return new Keyring(Map.of(1, key));
  }
}
