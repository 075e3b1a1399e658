package dev.posthorn.engine;

import dev.posthorn.store.MessageRow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A message in memory, shared by all of its deliveries and counted once in the budget of payload
 * bytes.
 */
final class Payload {
  /** What a message costs in memory besides its body, in bytes; an estimate. */
  static final int OVERHEAD = 256;

  final MessageRow message;

  /** The message's public id, which receivers see. */
  final String publicId;

  private final AtomicInteger holders;
  private final AtomicLong budget;

  /** Takes a message into memory for so many deliveries; each calls {@link #release} in the end. */
  Payload(MessageRow message, String publicId, int holders, AtomicLong budget) {
    this.message = message;
    this.publicId = publicId;
    this.holders = new AtomicInteger(holders);
    this.budget = budget;
    budget.addAndGet(-bytes());
  }

  void release() {
    if (holders.decrementAndGet() == 0) {
      budget.addAndGet(bytes());
    }
  }

  private long bytes() {
    return (long) message.body().length + OVERHEAD;
  }
}
