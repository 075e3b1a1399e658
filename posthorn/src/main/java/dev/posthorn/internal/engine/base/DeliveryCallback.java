package dev.posthorn.internal.engine.base;

import dev.posthorn.spi.store.rows.AttemptRow;

/** Follows the deliveries of one message, in this process only. Must not block. */
@FunctionalInterface
public interface DeliveryCallback {

  /** A delivery ended; the attempt holds its state. Called on the loop of its endpoint. */
  void ended(AttemptRow attempt);
}
