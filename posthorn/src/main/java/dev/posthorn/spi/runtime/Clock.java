package dev.posthorn.spi.runtime;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;

/**
 * Wall-clock time and monotonic time.
 *
 * <p>Stored times are wall time; waits are measured in monotonic time, which never jumps.
 */
public interface Clock extends InstantSource {

  /** Returns the monotonic time in nanoseconds; only differences are meaningful. */
  long nanoTime();

  /** Returns the wall time in milliseconds since the epoch. */
  @Override
  long millis();

  @Override
  default Instant instant() {
    return Instant.ofEpochMilli(millis());
  }

  /**
   * Returns the wall time minus the monotonic time in milliseconds, both read at the same moment.
   */
  default long offsetMillis() {
    return millis() - Math.floorDiv(nanoTime(), 1_000_000L);
  }

  /**
   * Returns the clock of the machine, which advances even while a test clock stands still: for
   * waits that depend on the machine's own work.
   */
  default Clock machine() {
    return this;
  }

  /** Returns the clock of this machine. */
  static Clock system() {
    return MachineClock.INSTANCE;
  }

  /**
   * Returns a clock that follows a source of time. Its monotonic time stops while the source does,
   * jumps forward with it, and never goes back.
   *
   * <p>For the machine's own time, such as {@link InstantSource#system()} or a system clock of
   * {@code java.time}, this returns {@link #system()}.
   */
  static Clock of(InstantSource source) {
    if (source instanceof Clock clock) {
      return clock;
    }
    boolean machine =
        source.equals(InstantSource.system())
            || (source instanceof java.time.Clock clock
                && clock.withZone(ZoneOffset.UTC).equals(java.time.Clock.systemUTC()));
    return machine ? system() : new SourceClock(source);
  }
}
