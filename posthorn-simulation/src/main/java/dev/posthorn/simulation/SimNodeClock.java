package dev.posthorn.simulation;

import dev.posthorn.spi.runtime.Clock;

/**
 * The clocks of one machine. The monotonic one runs up to one percent faster, then slower, than the
 * world's; the wall clock can be set apart from all others.
 */
final class SimNodeClock implements Clock {
  /** The most by which the monotonic clock is apart from the world's. */
  static final long SWAY_MILLIS = 500;

  private static final long SWAY_NANOS = SWAY_MILLIS * 1_000_000;
  private static final long PERCENT = 100;
  private static final long HALF_PERIOD_NANOS = 2 * SWAY_NANOS * PERCENT;

  private final SimClock world;
  private final long phaseNanos;
  private long aheadMillis;

  /**
   * Creates the clocks of a machine.
   *
   * @param phase a number of nanoseconds, by which machines differ
   */
  SimNodeClock(SimClock world, long phase) {
    this.world = world;
    this.phaseNanos = Math.floorMod(phase, 2 * HALF_PERIOD_NANOS);
  }

  @Override
  public long nanoTime() {
    return world.nanoTime() + sway(world.nanoTime() + phaseNanos);
  }

  /** Returns a wave of straight lines, between no time and twice the most. */
  private static long sway(long nanos) {
    long at = nanos % (2 * HALF_PERIOD_NANOS);
    return (at < HALF_PERIOD_NANOS ? at : 2 * HALF_PERIOD_NANOS - at) / PERCENT;
  }

  @Override
  public long millis() {
    return world.millis() + aheadMillis;
  }

  /** Sets the wall clock, so that it is ahead of the world's by so much. */
  void set(long millisAhead) {
    aheadMillis = millisAhead;
  }
}
