package dev.posthorn.signature;

import java.nio.charset.StandardCharsets;

/** The signed content: {@code id.timestamp.body}, with the exact bytes of the body. */
final class SignedContent {

  private SignedContent() {}

  /** Returns the bytes before the body when signing. */
  static byte[] prefix(String id, long timestampSeconds) {
    requireId(id);
    if (timestampSeconds < 0) {
      throw new IllegalArgumentException(
          "timestampSeconds is " + timestampSeconds + "; give Unix seconds, zero or more");
    }
    return (id + '.' + timestampSeconds + '.').getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Returns the bytes before the body when verifying: both values as they were received. */
  static byte[] prefix(String id, String timestamp) {
    return (id + '.' + timestamp + '.').getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Checks that an id is a header value without whitespace, and without a full stop, which would
   * let two contents have the same signature.
   */
  private static void requireId(String id) {
    if (id.isEmpty()) {
      throw new IllegalArgumentException("id is empty; give the message's id");
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      if (c <= ' ' || c > '~' || c == '.') {
        throw new IllegalArgumentException(
            "id has an invalid character at index %d (U+%04X); use visible ASCII without '.'"
                .formatted(i, (int) c));
      }
    }
  }
}
