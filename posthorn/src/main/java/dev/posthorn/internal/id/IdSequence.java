package dev.posthorn.internal.id;

/**
 * Generates ids that always grow, even if the clock goes back or more than two million are
 * requested in one millisecond. Not thread-safe: the writer owns it.
 */
public final class IdSequence {
  private long last;

  /** Creates a sequence that continues after {@code floor}. */
  public IdSequence(long floor) {
    this.last = floor;
  }

  /** Returns the next id for a wall time in milliseconds. */
  public long next(long millis) {
    last = Math.max(last + 1, Ids.firstAt(millis));
    return last;
  }

  /** Reserves {@code count} further ids that directly follow the last one. */
  public void skip(int count) {
    last += count;
  }

  /** Returns the last id. */
  public long last() {
    return last;
  }
}
