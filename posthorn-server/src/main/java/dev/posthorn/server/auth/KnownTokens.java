package dev.posthorn.server.auth;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Cache of valid JWTs, which saves verifying their signature for each request. Bounded in bytes; it
 * is cleared when full. Thread-safe.
 *
 * @param <T> the data kept for a token
 */
final class KnownTokens<T> {
  /** Maximum size of the cache in bytes. */
  static final int MOST_BYTES = 4 << 20;

  /** Approximate size of an entry without its token's text. */
  static final int ENTRY_BYTES = 256;

  private final Map<String, T> tokens = new ConcurrentHashMap<>();
  private long bytes;

  /** Returns the data kept for a token, or null. */
  @Nullable T get(String token) {
    return tokens.get(token);
  }

  /** Adds a token. */
  synchronized void put(String token, T known) {
    int size = ENTRY_BYTES + token.length();
    if (bytes + size > MOST_BYTES) {
      tokens.clear();
      bytes = 0;
    }
    if (tokens.put(token, known) == null) {
      bytes += size;
    }
  }

  /** Removes a token. */
  synchronized void remove(String token) {
    if (tokens.remove(token) != null) {
      bytes -= ENTRY_BYTES + token.length();
    }
  }

  /** Returns the number of cached tokens. */
  int size() {
    return tokens.size();
  }
}
