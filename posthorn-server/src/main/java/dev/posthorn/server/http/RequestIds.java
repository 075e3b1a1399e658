package dev.posthorn.server.http;

import io.vertx.core.http.HttpHeaders;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Gives each request an id that its answer and the log have in common. */
final class RequestIds {
  /** The header of the request with the client's own id, and of the answer with the id. */
  static final CharSequence HEADER = HttpHeaders.createOptimized("X-Request-Id");

  private static final Pattern FINE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final String process =
      Long.toString(new SecureRandom().nextLong() & 0xFF_FFFF_FFFFL, Character.MAX_RADIX);
  private final AtomicLong last = new AtomicLong();

  /** Returns the client's id if it may go into a log, else a new one. */
  String of(@Nullable String own) {
    return own != null && FINE.matcher(own).matches()
        ? own
        : process + "-" + Long.toString(last.incrementAndGet(), Character.MAX_RADIX);
  }
}
