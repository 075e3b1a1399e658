package dev.posthorn.signature;

/**
 * Thrown when a key's text is invalid: wrong prefix, not base64, wrong length, or not a key at all.
 * The message states the expected form and never contains any part of the key.
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
