package dev.posthorn.server.http;

import java.util.concurrent.TimeUnit;

/**
 * Remembers for a moment that a look at many connections found none to close, so that a flood does
 * not have all of them looked at for each connection or body that comes.
 */
final class Fruitless {
  private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final int FEW = 100;

  private volatile long until;

  Fruitless(long now) {
    this.until = now;
  }

  /** Returns whether the last search is too short ago for another one. */
  boolean isFresh(long now) {
    return until - now > 0;
  }

  /** A search among so many has found something, or not. */
  boolean ended(boolean found, int among, long now) {
    if (!found && among > FEW) {
      until = now + NANOS;
    }
    return found;
  }
}
