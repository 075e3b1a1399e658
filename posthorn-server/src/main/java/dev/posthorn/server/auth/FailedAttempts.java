package dev.posthorn.server.auth;

import dev.posthorn.server.http.ApiError;
import dev.posthorn.spi.runtime.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Slows down the guessing of tokens: after a number of invalid tokens from one address within a
 * minute, further ones are answered with 429. Valid tokens are not affected, so other clients
 * behind the same address are not locked out. Thread-safe.
 */
public final class FailedAttempts {
  private static final long WINDOW_NANOS = 60_000_000_000L;
  private static final int ADDRESSES = 10_000;

  private final Clock clock;
  private final int most;
  private final LongAdder count = new LongAdder();
  private final Map<String, Window> windows = new ConcurrentHashMap<>();

  /** The number of failures since a time. */
  private record Window(long since, int failures) {}

  /**
   * Creates a counter without failures.
   *
   * @param most invalid tokens from one address within a minute before further ones get 429
   */
  public FailedAttempts(Clock clock, int most) {
    this.clock = clock;
    this.most = most;
  }

  /** Returns the number of invalid tokens. */
  long count() {
    return count.sum();
  }

  /** Counts an invalid token; returns the error for its sender. */
  public ApiError failed(String peer, String detail) {
    count.increment();
    long now = clock.nanoTime();
    if (windows.size() >= ADDRESSES) {
      windows.values().removeIf(window -> now - window.since >= WINDOW_NANOS);
      if (windows.size() >= ADDRESSES) {
        windows.clear(); // so many addresses are an attack: bounding memory comes first
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
        429,
        "too_many_attempts",
        "too many invalid tokens came from this address; try again later",
        left);
  }
}
