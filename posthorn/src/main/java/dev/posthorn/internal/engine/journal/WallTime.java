package dev.posthorn.internal.engine.journal;

import dev.posthorn.spi.runtime.Clock;

/**
 * Wall time as far as it is believed: what deadlines, scheduled times and retention go by.
 *
 * <p>It runs with monotonic time and follows the machine's clock. A step of at most {@value
 * #SMALL_STEP_MILLIS} ms is believed at once, a larger one once it has lasted for {@value
 * #LASTING_MILLIS} ms: most clocks that are wrong are put right sooner, and what a deadline or the
 * retention ends cannot be undone. At the start a clock is believed at once that is behind the last
 * id that was given, or ahead of it by at most {@value #SHORT_STOP_MILLIS} ms. Thread-safe.
 */
public class WallTime {
  /** The longest step that is believed at once. */
  static final long SMALL_STEP_MILLIS = 60_000;

  /** The longest time without an engine that is believed at once. */
  static final long SHORT_STOP_MILLIS = 900_000;

  /** The time for which a larger step must last. */
  static final long LASTING_MILLIS = 120_000;

  private final Clock clock;

  /** Believed wall time less monotonic time. */
  private volatile long offset;

  private volatile boolean doubtful;
  private long doubted;
  private long doubtedSince;

  /**
   * Creates a wall time.
   *
   * @param lastMillis what time it has been for certain, or 0 if nothing is known
   */
  public WallTime(Clock clock, long lastMillis) {
    this.clock = clock;
    long machine = clock.millis();
    boolean longStop = lastMillis != 0 && machine - lastMillis > SHORT_STOP_MILLIS;
    this.offset = (longStop ? lastMillis : machine) - monotonic();
  }

  /** Returns the time in milliseconds since the epoch. */
  public final long millis() {
    return monotonic() + offset();
  }

  /** Returns how far the machine's clock is ahead of what is believed, if that is in doubt. */
  public final long doubtMillis() {
    return doubtful ? Math.max(0, clock.millis() - millis()) : 0;
  }

  /** Returns believed wall time less monotonic time: it changes when a clock was set. */
  public long offset() {
    long machine = clock.offsetMillis();
    long known = offset;
    boolean same = machine == known || machine == known + 1; // two clocks are never read at once
    return same && !doubtful ? known : follow(machine);
  }

  private synchronized long follow(long machine) {
    long monotonic = monotonic();
    if (Math.abs(machine - offset) <= SMALL_STEP_MILLIS) {
      believe(machine);
      return machine;
    }
    if (!doubtful || Math.abs(machine - doubted) > SMALL_STEP_MILLIS) {
      doubtful = true;
      doubted = machine;
      doubtedSince = monotonic;
    }
    if (monotonic - doubtedSince >= LASTING_MILLIS) {
      believe(machine);
    }
    return offset;
  }

  private void believe(long machine) {
    offset = machine;
    doubtful = false;
  }

  private long monotonic() {
    return Math.floorDiv(clock.nanoTime(), 1_000_000L);
  }
}
