package dev.posthorn.internal.id;

/**
 * Gives ids that only ever grow, also when the clock goes back or more than two million are asked
 * for in one millisecond. Not thread-safe: the writer owns it.
 */
public final class IdSequence {
  private long last;

  /** Creates a sequence that goes on after {@code floor}. */
  public IdSequence(long floor) {
    this.last = floor;
  }

  /** Returns the next id at a wall time in milliseconds. */
  public long next(long millis) {
    last = Math.max(last + 1, Ids.firstAt(millis));
    return last;
  }

  /** Takes {@code count} further ids that directly follow the last one. */
  public void skip(int count) {
    last += count;
  }

  /** Returns the last id that was given. */
  public long last() {
    return last;
  }
}
