package dev.posthorn.server.auth;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * JWTs that were found valid, so that their signature need not be checked for each request: a
 * bounded number of bytes of them, after which it begins anew. Thread-safe.
 *
 * @param <T> what is known of a token
 */
final class KnownTokens<T> {
  /** How many bytes are remembered. */
  static final int MOST_BYTES = 4 << 20;

  /** About what an entry takes beside its token's text. */
  static final int ENTRY_BYTES = 256;

  private final Map<String, T> tokens = new ConcurrentHashMap<>();
  private long bytes;

  /** Returns what is known of a token, or null. */
  @Nullable T get(String token) {
    return tokens.get(token);
  }

  /** Remembers a token. */
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

  /** Forgets a token. */
  synchronized void remove(String token) {
    if (tokens.remove(token) != null) {
      bytes -= ENTRY_BYTES + token.length();
    }
  }

  /** Returns how many are remembered. */
  int size() {
    return tokens.size();
  }
}
