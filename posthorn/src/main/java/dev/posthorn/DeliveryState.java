package dev.posthorn;

/** Where a delivery stands. The order is stored: append only. */
public enum DeliveryState {
  /** It will be attempted, at once or later. */
  WAITING,
  /** The receiver answered 2xx. */
  SUCCEEDED,
  /** Its attempts or its time are spent, or the receiver is gone. */
  FAILED,
  /** Somebody cancelled it, or its endpoint was deleted. */
  CANCELLED
}
