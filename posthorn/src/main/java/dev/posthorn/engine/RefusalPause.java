package dev.posthorn.engine;

/**
 * How long to wait before what the store refused is tried again: 100 ms at first, twice as long
 * each time, a minute at most.
 */
final class RefusalPause {
  private static final long FIRST_NANOS = 100_000_000;
  private static final long LONGEST_NANOS = 60_000_000_000L;
  private static final int MOST_DOUBLED = 10;

  private RefusalPause() {}

  /** Returns the pause in nanoseconds after so many refusals in a row before. */
  static long nanos(int before) {
    return nanos(before, LONGEST_NANOS);
  }

  /** Returns the same, but never more than {@code longest}. */
  static long nanos(int before, long longest) {
    return Math.min(longest, FIRST_NANOS << Math.min(before, MOST_DOUBLED));
  }
}
