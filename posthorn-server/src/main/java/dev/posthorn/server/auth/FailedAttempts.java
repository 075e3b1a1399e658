package dev.posthorn.server.auth;

import dev.posthorn.server.http.ApiError;
import dev.posthorn.spi.runtime.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Slows down who tries tokens: after so many wrong ones within a minute from one address, further
 * wrong ones are answered with 429. Right ones are not affected, so nobody behind the same address
 * is locked out. Thread-safe.
 */
public final class FailedAttempts {
  private static final long WINDOW_NANOS = 60_000_000_000L;
  private static final int ADDRESSES = 10_000;

  private final Clock clock;
  private final int most;
  private final LongAdder count = new LongAdder();
  private final Map<String, Window> windows = new ConcurrentHashMap<>();

  /** Failures since a time. */
  private record Window(long since, int failures) {}

  /**
   * Creates a count without failures.
   *
   * @param most wrong tokens from one address within a minute before more get 429
   */
  public FailedAttempts(Clock clock, int most) {
    this.clock = clock;
    this.most = most;
  }

  /** Returns how many wrong tokens came. */
  long count() {
    return count.sum();
  }

  /** Counts a wrong token; returns what its sender is told. */
  public ApiError failed(String peer, String detail) {
    count.increment();
    long now = clock.nanoTime();
    if (windows.size() >= ADDRESSES) {
      windows.values().removeIf(window -> now - window.since >= WINDOW_NANOS);
      if (windows.size() >= ADDRESSES) {
        windows.clear(); // more addresses than anybody has by accident: memory comes first
      }
    }
    Window window =
        windows.merge(
            peer,
            new Window(now, 1),
            (before, fresh) ->
                now - before.since >= WINDOW_NANOS
                    ? fresh
                    : new Window(before.since, before.failures + 1));
    if (window.failures <= most) {
      return ApiError.unauthorized(detail);
    }
    long left = (WINDOW_NANOS - (now - window.since)) / 1_000_000_000 + 1;
    return ApiError.later(
        429, "too_many_attempts", "too many wrong tokens came from this address", left);
  }
}
