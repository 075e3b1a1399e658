package dev.posthorn;

/** The state of a delivery. The order is stored: append only. */
public enum DeliveryState {
  /** The delivery will be attempted, at once or later. */
  WAITING,
  /** The receiver answered 2xx. */
  SUCCEEDED,
  /** All attempts failed, the deadline has passed, or the receiver is gone. */
  FAILED,
  /** The delivery was canceled, or its endpoint was removed. */
  CANCELLED
}
