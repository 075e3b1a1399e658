package dev.posthorn.internal.engine.lane;

import dev.posthorn.spi.store.rows.MessageRow;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A message in memory, shared by all of its deliveries: counted once in the {@link BodyRoom} while
 * some of them wait, and with the permit of each that is under way.
 */
public final class Payload {
  /** The memory that a message takes besides its body, in bytes; an estimate. */
  static final int OVERHEAD = 256;

  /** The most that a transport copies of a body at one time. */
  private static final int COPY = 96 * 1024;

  final MessageRow message;

  /** The message's public id, which receivers see. */
  final String publicId;

  private final AtomicInteger waiting;
  private final BodyRoom room;

  /**
   * Creates a payload.
   *
   * @param waiting how many deliveries wait with it; each calls {@link #release} in the end
   */
  Payload(MessageRow message, String publicId, int waiting, BodyRoom room) {
    this.message = message;
    this.publicId = publicId;
    this.room = room;
    this.waiting = new AtomicInteger(waiting);
  }

  /** Takes note that one delivery less waits with it. */
  void release() {
    if (waiting.decrementAndGet() == 0) {
      room.giveBack(waitingBytes(message.body().length));
    }
  }

  /** Returns the largest body that fits into so many bytes under way. */
  static long mostBody(long exchangeBytes) {
    return Math.max(0, (exchangeBytes - OVERHEAD) / 2);
  }

  /** Returns the bytes that a payload that waits is counted as. */
  static long waitingBytes(int body) {
    return (long) body + OVERHEAD;
  }

  /** Returns the bytes that a payload under way is counted as, with the transport's copy. */
  static long exchangeBytes(int body) {
    return (long) body + OVERHEAD + Math.min(body, COPY);
  }
}
