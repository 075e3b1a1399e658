package dev.posthorn.spi.runtime;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** A clock that follows a source of time, which may stop, jump, or be set back. Thread-safe. */
final class SourceClock implements Clock {
  private static final int NANOS_PER_MILLI = 1_000_000;

  /** The longest jump that counts in full: the nanoseconds that a long can hold, minus a margin. */
  private static final Duration LONGEST_LEAP = Duration.ofDays(36_525);

  private final InstantSource source;
  private Instant last;
  private long nanos;

  SourceClock(InstantSource source) {
    this.source = source;
    this.last = source.instant();
    // Both times change their millisecond together.
    this.nanos = Duration.between(last.truncatedTo(ChronoUnit.MILLIS), last).toNanos();
  }

  /** Returns the total time that the source has advanced. */
  @Override
  public synchronized long nanoTime() {
    var unused = follow();
    return nanos;
  }

  @Override
  public long millis() {
    return source.millis();
  }

  @Override
  public Instant instant() {
    return source.instant();
  }

  @Override
  public synchronized long offsetMillis() {
    return follow().toEpochMilli() - Math.floorDiv(nanos, (long) NANOS_PER_MILLI);
  }

  @Override
  public Clock machine() {
    return Clock.system();
  }

  private Instant follow() {
    Instant now = source.instant();
    Duration leap = Duration.between(last, now);
    if (!leap.isNegative()) {
      nanos += (leap.compareTo(LONGEST_LEAP) > 0 ? LONGEST_LEAP : leap).toNanos();
    }
    last = now;
    return now;
  }
}
