package dev.posthorn.spi.store;

import org.jspecify.annotations.Nullable;

/**
 * A key that was used, and what it stands for.
 *
 * @param scope where the key counts, such as an application
 * @param key the key
 * @param hash a hash of what was sent with it
 * @param message the message that came of it, or 0
 * @param answer what was answered, to be answered again; null for a message
 * @param expires from when the key may be used again
 */
public record DedupeRow(
    String scope, String key, byte[] hash, long message, byte @Nullable [] answer, long expires) {

  /** Creates a row for a key that stands for a message. */
  public DedupeRow(String scope, String key, byte[] hash, long message, long expires) {
    this(scope, key, hash, message, null, expires);
  }

  /** Returns the key with its scope. */
  public DedupeKey dedupeKey() {
    return new DedupeKey(scope, key);
  }
}
