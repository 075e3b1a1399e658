package dev.posthorn.internal.http.connection;

import org.jspecify.annotations.Nullable;

/** The response headers that are read. */
final class Headers {

  /** Maximum length of Retry-After, longer than any date or number of seconds. */
  private static final int MAX_RETRY_AFTER = 64;

  private Headers() {}

  static @Nullable String retryAfter(@Nullable CharSequence value) {
    return value == null || value.length() > MAX_RETRY_AFTER ? null : value.toString();
  }
}
