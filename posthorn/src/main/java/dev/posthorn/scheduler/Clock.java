package dev.posthorn.scheduler;

import java.time.Instant;
import java.time.InstantSource;

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

  /** Returns the clock of this machine. */
  static Clock system() {
    return of(InstantSource.system());
  }

  /** Returns a clock with another wall time, and the monotonic time of this machine. */
  static Clock of(InstantSource wall) {
    return new Clock() {
      @Override
      public long nanoTime() {
        return System.nanoTime();
      }

      @Override
      public long millis() {
        return wall.millis();
      }

      @Override
      public Instant instant() {
        return wall.instant();
      }
    };
  }
}
