package dev.posthorn.internal.http.connection;

import org.jspecify.annotations.Nullable;

/** What is read from a response's headers. */
final class Headers {

  /** Longer than any date or number of seconds. */
  private static final int MAX_RETRY_AFTER = 64;

  private Headers() {}

  static @Nullable String retryAfter(@Nullable CharSequence value) {
    return value == null || value.length() > MAX_RETRY_AFTER ? null : value.toString();
  }
}
