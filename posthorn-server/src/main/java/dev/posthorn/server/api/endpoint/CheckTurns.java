package dev.posthorn.server.api.endpoint;

import dev.posthorn.server.http.ApiError;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The turns of applications to check a URL: one at a time and ten in a minute for each, so nobody
 * can keep others from it, or use the server to send requests without end. Thread-safe.
 */
final class CheckTurns {
  static final int PER_MINUTE = 10;

  private static final long MINUTE_NANOS = 60_000_000_000L;
  private static final int APPLICATIONS = 10_000;

  private final LongSupplier nanoTime;
  private final int atOnce;
  private final Map<Long, Turns> turns = new HashMap<>();
  private int running;

  /** The checks of an application in a minute that has begun at a time. */
  private record Turns(long since, int count, boolean running) {
    boolean isOver(long now) {
      return !running && now - since >= MINUTE_NANOS;
    }
  }

  /**
   * Creates turns.
   *
   * @param atOnce the maximum number of checks at the same time, of all applications together
   */
  CheckTurns(int atOnce, LongSupplier nanoTime) {
    this.atOnce = atOnce;
    this.nanoTime = nanoTime;
  }

  /**
   * Begins a check, which {@link #end} must follow.
   *
   * @throws ApiError 429 if it is not the application's turn, 503 if too many others check
   */
  synchronized void begin(long application) {
    long now = nanoTime.getAsLong();
    Turns known = turns.getOrDefault(application, new Turns(now, 0, false));
    if (known.running) {
      throw tooMany("another URL is being checked for this application; try again shortly", 1);
    }
    Turns before = known.isOver(now) ? new Turns(now, 0, false) : known;
    if (before.count >= PER_MINUTE) {
      long left = (MINUTE_NANOS - (now - before.since)) / 1_000_000_000 + 1;
      throw tooMany("at most 10 URLs are checked in a minute for an application", left);
    }
    if (running >= atOnce) {
      throw ApiError.later(503, "overloaded", "other URLs are being checked; try again shortly", 1);
    }
    if (turns.size() >= APPLICATIONS) {
      turns.values().removeIf(one -> one.isOver(now));
      if (turns.size() >= APPLICATIONS) {
        turns.values().removeIf(one -> !one.running); // bounding memory comes first
      }
    }
    running++;
    turns.put(application, new Turns(before.since, before.count + 1, true));
  }

  /** Ends a check. */
  synchronized void end(long application) {
    running--;
    turns.computeIfPresent(
        application, (id, before) -> new Turns(before.since, before.count, false));
  }

  /** Returns the number of applications that are remembered. */
  synchronized int size() {
    return turns.size();
  }

  private static ApiError tooMany(String detail, long seconds) {
    return ApiError.later(429, "too_many_checks", detail, seconds);
  }
}
