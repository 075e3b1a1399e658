package dev.posthorn.simulation;

import java.util.function.LongSupplier;

/**
 * A process that reads the simulated disk and writes to it. What one process commits, others see
 * some time later, but not later than that process itself hears of it.
 *
 * @param id tells processes apart
 * @param now the time of the world
 * @param seenAt the time at which others see what is committed now
 */
record SimViewer(long id, LongSupplier now, LongSupplier seenAt) {
  /** The only process, or one whose commits others see at once. */
  static final SimViewer ALONE = new SimViewer(0, () -> 0, () -> 0);
}
