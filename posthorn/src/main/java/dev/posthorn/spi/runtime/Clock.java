package dev.posthorn.spi.runtime;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;

/**
 * Wall time and monotonic time, side by side.
 *
 * <p>Stored times are wall time; waits are measured in monotonic time, which never jumps.
 */
public interface Clock extends InstantSource {

  /** Returns monotonic time in nanoseconds; only differences mean anything. */
  long nanoTime();

  /** Returns the wall time in milliseconds since the epoch. */
  @Override
  long millis();

  @Override
  default Instant instant() {
    return Instant.ofEpochMilli(millis());
  }

  /** Returns the wall time less the monotonic time in milliseconds, both as of one moment. */
  default long offsetMillis() {
    return millis() - Math.floorDiv(nanoTime(), 1_000_000L);
  }

  /**
   * Returns the clock of the machine, which goes on while a clock that somebody sets stands still:
   * for waits that end with the machine's own work.
   */
  default Clock machine() {
    return this;
  }

  /** Returns the clock of this machine. */
  static Clock system() {
    return MachineClock.INSTANCE;
  }

  /**
   * Returns a clock that goes as a source of time does. Its monotonic time stands still while the
   * source does, leaps forward with it, and never goes back.
   *
   * <p>For the machine's own time, as {@link InstantSource#system()} or a system clock of {@code
   * java.time} gives it, this is {@link #system()}.
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
