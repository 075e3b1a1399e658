package dev.posthorn.internal.engine.journal;

import dev.posthorn.spi.runtime.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The time that retention goes by: {@link WallTime}, but never faster than an hour a minute. So a
 * clock that is wrong for long enough to be believed costs an hour of history for each minute that
 * nobody notices, and not all of it. The store remembers how far it has come ({@link TimeEntry}),
 * or a restart would have it jump. Owned by the writer.
 */
public final class RetentionTime {
  /** The name under which the store remembers it. */
  static final String SETTING = "retention_time";

  private static final int FASTEST = 60;
  private static final long REMEMBERED_MILLIS = 300_000;

  private final Clock clock;
  private final WallTime wall;
  private long last;
  private long lastNanos;
  private long remembered;

  /**
   * Creates the time of an engine that starts.
   *
   * @param kept what the store remembers, or null if that is nothing yet
   */
  RetentionTime(Clock clock, WallTime wall, @Nullable String kept) {
    this.clock = clock;
    this.wall = wall;
    this.remembered = kept == null ? 0 : Long.parseLong(kept);
    this.last = kept == null ? wall.millis() : Math.min(wall.millis(), remembered);
    this.lastNanos = clock.nanoTime();
  }

  /** Returns the time in milliseconds since the epoch. */
  public long millis() {
    long nanos = clock.nanoTime();
    long most = FASTEST * Math.max(0, (nanos - lastNanos) / 1_000_000);
    last = Math.min(wall.millis(), last + most);
    lastNanos = nanos - (nanos - lastNanos) % 1_000_000;
    return last;
  }

  /** Returns whether the store remembers a time that is too far from this one. */
  boolean isNews() {
    return Math.abs(millis() - remembered) > REMEMBERED_MILLIS;
  }

  /** Notes the time that the store remembers. */
  void remembered(long millis) {
    remembered = millis;
  }
}
