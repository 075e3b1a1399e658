package dev.posthorn.server.http;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Assigns each request an id that appears in its answer and in the log. */
final class RequestIds {
  /** The header with the client's own id in a request, and with the assigned id in an answer. */
  static final String HEADER = "X-Request-Id";

  private static final Pattern FINE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final String process =
      Long.toString(new SecureRandom().nextLong() & 0xFF_FFFF_FFFFL, Character.MAX_RADIX);
  private final AtomicLong last = new AtomicLong();

  /** Returns the client's id if it is safe for the log, otherwise a new one. */
  String of(@Nullable String own) {
    return own != null && FINE.matcher(own).matches()
        ? own
        : process + "-" + Long.toString(last.incrementAndGet(), Character.MAX_RADIX);
  }
}
