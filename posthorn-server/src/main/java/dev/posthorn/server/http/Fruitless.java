package dev.posthorn.server.http;

import java.util.concurrent.TimeUnit;

/**
 * Remembers for a moment that a search through many connections found none to close, so that a
 * flood does not repeat the search for each new connection or body.
 */
final class Fruitless {
  private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final int FEW = 100;

  private volatile long until;

  Fruitless(long now) {
    this.until = now;
  }

  /** Returns whether the last search is too recent for another one. */
  boolean isFresh(long now) {
    return until - now > 0;
  }

  /** Notes the result of a search among so many connections, and returns it. */
  boolean ended(boolean found, int among, long now) {
    if (!found && among > FEW) {
      until = now + NANOS;
    }
    return found;
  }
}
