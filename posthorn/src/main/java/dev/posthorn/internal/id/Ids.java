package dev.posthorn.internal.id;

/**
 * The layout of an id: 42 bits of wall time in milliseconds, then 21 bits of sequence. Ids of this
 * form last until the year 2109.
 */
public final class Ids {
  private static final int SEQUENCE_BITS = 21;
  private static final long LAST_MILLIS = Long.MAX_VALUE >>> SEQUENCE_BITS;

  private Ids() {}

  /** Returns the wall time, in milliseconds, at which an id was assigned. */
  public static long timeOf(long id) {
    return id >>> SEQUENCE_BITS;
  }

  /**
   * Returns the smallest id that can be assigned at a wall time in milliseconds; for times out of
   * range, that of the nearest time in range.
   */
  public static long firstAt(long millis) {
    return Math.clamp(millis, 0, LAST_MILLIS) << SEQUENCE_BITS;
  }
}
