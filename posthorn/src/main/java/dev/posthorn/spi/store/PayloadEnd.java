package dev.posthorn.spi.store;

/**
 * Until when a message's payload is kept, if not for as long as the message.
 *
 * @param due when it is to be removed, by wall time in milliseconds
 * @param message the message's id
 */
public record PayloadEnd(long due, long message) {
  /** After how long a store looks again at a message that still had a live row when due. */
  public static final long AGAIN_MILLIS = 3_600_000;
}
