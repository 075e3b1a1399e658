package dev.posthorn.spi.store.rows;

/**
 * The time at which a message's payload is removed before the message is.
 *
 * @param due the time to remove it, in wall time milliseconds
 * @param message the message's id
 */
public record PayloadEnd(long due, long message) {
  /** The time after which a store examines a message again if it still had a live row when due. */
  public static final long AGAIN_MILLIS = 3_600_000;
}
