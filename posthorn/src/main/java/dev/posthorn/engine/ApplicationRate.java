package dev.posthorn.engine;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Spreads the attempts of all endpoints of one application evenly, one each 1/rate seconds.
 *
 * <p>A lane reserves a moment of its own and waits for it, so lanes go in the order in which they
 * asked and none wakes up for nothing. Thread-safe: the lanes of an application are on all loops.
 */
final class ApplicationRate {
  private final AtomicLong next = new AtomicLong(Long.MIN_VALUE);
  private volatile long intervalNanos;

  /** Sets the rate in attempts a second; 0 for no limit. */
  void rate(int perSecond) {
    intervalNanos = perSecond <= 0 ? 0 : 1_000_000_000L / perSecond;
  }

  /** Returns the moment that the caller may make an attempt: now, or later. */
  long reserve(long now) {
    long interval = intervalNanos;
    if (interval == 0) {
      return now;
    }
    while (true) {
      long before = next.get();
      long mine = before != Long.MIN_VALUE && before - now > 0 ? before : now;
      if (next.compareAndSet(before, mine + interval)) {
        return mine;
      }
    }
  }
}
