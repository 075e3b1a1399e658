package dev.posthorn.internal.engine.base;

/**
 * Pauses before a retry of what the store refused: 100 ms at first, twice as long each time, a
 * minute at most.
 */
public final class StoreBackoff {
  /**
   * The longest pause while the whole store is away: five seconds after its return, deliveries have
   * resumed.
   */
  public static final long OUTAGE_NANOS = 3_000_000_000L;

  private static final long FIRST_NANOS = 100_000_000;
  private static final long LONGEST_NANOS = 60_000_000_000L;
  private static final int MOST_DOUBLED = 10;

  private StoreBackoff() {}

  /** Returns the pause in nanoseconds after a number of refusals in a row. */
  public static long nanos(int before) {
    return nanos(before, LONGEST_NANOS);
  }

  /** Returns the pause in nanoseconds, at most {@code longest}. */
  public static long nanos(int before, long longest) {
    return Math.min(longest, FIRST_NANOS << Math.min(before, MOST_DOUBLED));
  }
}
