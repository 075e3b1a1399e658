package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.lane.Permits.Size;
import dev.posthorn.internal.engine.lane.Permits.Standing;

/** The permits of one lane. {@link Permits} counts them. */
final class PermitShare {
  final Long application;
  final Runnable granter;
  Standing standing = Standing.NEW;
  int held;

  /** The permits whose exchanges have not ended: those may be held for long. */
  int open;

  boolean granted;
  boolean waits;

  /** The bytes that the lane waits for, or was granted. */
  long wanted;

  private long small;
  private long large;
  private long openSmall;
  private long openLarge;

  /**
   * Creates a share of nothing.
   *
   * @param application the lane's application
   * @param turn gives the lane a turn, since it was granted a permit
   */
  PermitShare(long application, Runnable turn) {
    this.application = application;
    this.granter = turn;
  }

  /** Returns how many permits the lane holds. */
  int held() {
    return granted ? held - 1 : held;
  }

  long bytes(Size size) {
    return size == Size.SMALL ? small : large;
  }

  long openBytes(Size size) {
    return size == Size.SMALL ? openSmall : openLarge;
  }

  /** Counts permits and their bytes. */
  void count(int more, long bytes, Size size) {
    held += more;
    if (size == Size.SMALL) {
      small += bytes;
    } else {
      large += bytes;
    }
    countOpen(more, bytes, size);
  }

  /** Counts permits whose exchanges have not ended, and their bytes. */
  void countOpen(int more, long bytes, Size size) {
    open += more;
    if (size == Size.SMALL) {
      openSmall += bytes;
    } else {
      openLarge += bytes;
    }
  }
}
