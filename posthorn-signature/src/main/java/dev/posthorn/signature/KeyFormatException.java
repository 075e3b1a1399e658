package dev.posthorn.signature;

/**
 * Thrown when a key's text cannot be used: wrong prefix, not base64, wrong length, or not a key at
 * all. The message says what is expected and never holds any part of the key.
 */
public final class KeyFormatException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  KeyFormatException(String message) {
    super(message);
  }

  KeyFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
