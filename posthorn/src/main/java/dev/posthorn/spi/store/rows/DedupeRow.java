package dev.posthorn.spi.store.rows;

import org.jspecify.annotations.Nullable;

/**
 * A used deduplication key and its result.
 *
 * @param scope the scope in which the key is unique, such as an application
 * @param key the key
 * @param hash a hash of the request sent with it
 * @param message the message created for it, or 0
 * @param answer the answer, to be repeated; null for a message
 * @param expires the time from which the key may be used again
 */
public record DedupeRow(
    String scope, String key, byte[] hash, long message, byte @Nullable [] answer, long expires) {

  /** Creates a row for a key that belongs to a message. */
  public DedupeRow(String scope, String key, byte[] hash, long message, long expires) {
    this(scope, key, hash, message, null, expires);
  }

  /** Returns the key with its scope. */
  public DedupeKey dedupeKey() {
    return new DedupeKey(scope, key);
  }
}
