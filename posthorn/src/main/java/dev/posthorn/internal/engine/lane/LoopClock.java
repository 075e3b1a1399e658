package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.journal.SteadyTime;
import dev.posthorn.internal.engine.journal.WallTime;
import dev.posthorn.spi.runtime.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time that the lanes of one loop go by. Notices steps of the wall clock. Owned by the loop.
 */
final class LoopClock {
  private static final Logger LOG = LoggerFactory.getLogger(LoopClock.class);
  private static final long DRIFT_MILLIS = 5_000;

  private final Clock clock;
  private final SteadyTime steady;
  private final WallTime wall;
  private long wallOffset;
  private boolean doubting;

  LoopClock(Clock clock, SteadyTime steady, WallTime wall) {
    this.clock = clock;
    this.steady = steady;
    this.wall = wall;
    this.wallOffset = wall.offset();
  }

  long nanos() {
    return clock.nanoTime();
  }

  /** Returns the time that due times are measured in. */
  long millis() {
    return steady.millis();
  }

  /** Returns how far ahead it may be in truth: more than 0 while the wall clock is in doubt. */
  long doubtMillis() {
    long doubt = wall.doubtMillis();
    doubting |= doubt > 0;
    return doubt;
  }

  /**
   * Returns whether due times must be looked at again: the wall clock has moved against the
   * monotonic one, which is all that timers know, or has come to be in doubt or is so no more,
   * however short the doubt was.
   */
  boolean hasStepped() {
    long offset = wall.offset();
    boolean moved = Math.abs(offset - wallOffset) > DRIFT_MILLIS;
    boolean doubted = doubting;
    boolean doubtful = doubtMillis() > 0;
    if (moved) {
      LOG.warn("Wall clock moved by {} ms against the monotonic one", offset - wallOffset);
      wallOffset = offset;
    }
    if (!moved && doubtful == doubted) {
      return false;
    }
    doubting = doubtful;
    return true;
  }
}
