package dev.posthorn.internal.inbox;

/**
 * The id after which a look of the relay begins. All rows that it has read before are gone, but
 * while a long transaction is open anywhere, a database keeps what is left of deleted rows, and
 * whoever begins with the first row reads all of that again. So most looks begin at the edge, below
 * which no row was found for a second.
 *
 * <p>A transaction that is committed late may still add rows below it. Therefore a look begins with
 * the first row as often as that takes at most a tenth of the time: nearly always, unless a great
 * many rows are left. Owned by the relay's thread.
 */
final class RelayEdge {
  /** An id before that of each row. */
  static final long START = Long.MIN_VALUE;

  private static final long LAG_NANOS = 1_000_000_000;
  private static final int PARTS = 9;

  private long edge = START;

  /** The edge after this one, and the time at which it was the last id read. */
  private long next = START;

  private long nextAt;

  /** The time from which on a look begins with the first row. */
  private long wholeAt;

  private boolean whole;
  private boolean begun;

  /** Returns the id after which a look that begins at a time reads. */
  long begin(long nanos) {
    whole = !begun || nanos - wholeAt >= 0;
    return whole ? START : edge;
  }

  /** Takes note of the times at which the first page of the look was asked for and read. */
  void firstPage(long askedNanos, long readNanos) {
    if (whole) {
      wholeAt = readNanos + PARTS * (readNanos - askedNanos);
      begun = true;
    }
  }

  /** Takes note that no row up to an id is left to relay. */
  void passed(long id, long nanos) {
    if (next == START || nanos - nextAt >= LAG_NANOS) {
      edge = Math.max(edge, next);
      next = id;
      nextAt = nanos;
    }
  }
}
