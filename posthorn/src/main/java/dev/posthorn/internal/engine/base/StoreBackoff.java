package dev.posthorn.internal.engine.base;

/**
 * How long to wait before what the store refused is tried again: 100 ms at first, twice as long
 * each time, a minute at most.
 */
public final class StoreBackoff {
  private static final long FIRST_NANOS = 100_000_000;
  private static final long LONGEST_NANOS = 60_000_000_000L;
  private static final int MOST_DOUBLED = 10;

  private StoreBackoff() {}

  /** Returns the pause in nanoseconds after so many refusals in a row before. */
  public static long nanos(int before) {
    return nanos(before, LONGEST_NANOS);
  }

  /** Returns the same, but never more than {@code longest}. */
  public static long nanos(int before, long longest) {
    return Math.min(longest, FIRST_NANOS << Math.min(before, MOST_DOUBLED));
  }
}
