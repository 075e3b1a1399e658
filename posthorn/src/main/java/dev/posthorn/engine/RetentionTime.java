package dev.posthorn.engine;

import dev.posthorn.scheduler.Clock;

/**
 * The time that retention goes by: {@link WallTime}, but never faster than an hour a minute. So a
 * clock that is wrong for long enough to be believed costs an hour of history for each minute that
 * nobody notices, and not all of it. Owned by the writer.
 */
final class RetentionTime {
  private static final int FASTEST = 60;

  private final Clock clock;
  private final WallTime wall;
  private long last;
  private long lastNanos;

  RetentionTime(Clock clock, WallTime wall) {
    this.clock = clock;
    this.wall = wall;
    this.last = wall.millis();
    this.lastNanos = clock.nanoTime();
  }

  /** Returns the time in milliseconds since the epoch. */
  long millis() {
    long nanos = clock.nanoTime();
    long most = FASTEST * Math.max(0, (nanos - lastNanos) / 1_000_000);
    last = Math.min(wall.millis(), last + most);
    lastNanos = nanos - (nanos - lastNanos) % 1_000_000;
    return last;
  }
}
