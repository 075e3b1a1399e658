package dev.posthorn.id;

/**
 * The layout of an id: 42 bits of wall time in milliseconds, then 21 bits of sequence. Ids of this
 * form last until the year 2109.
 */
public final class Ids {
  private static final int SEQUENCE_BITS = 21;

  private Ids() {}

  /** Returns the wall time, in milliseconds, at which an id was given. */
  public static long timeOf(long id) {
    return id >>> SEQUENCE_BITS;
  }

  /** Returns the smallest id that can be given at a wall time in milliseconds. */
  public static long firstAt(long millis) {
    return Math.max(0, millis) << SEQUENCE_BITS;
  }
}
