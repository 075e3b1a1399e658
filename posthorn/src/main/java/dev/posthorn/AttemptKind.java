package dev.posthorn;

/** Reason for an attempt. The order is stored: append only. */
public enum AttemptKind {
  /** Scheduled by the engine, first attempt or retry. */
  SCHEDULED,
  /** A user replayed the message. */
  REPLAY,
  /** A manual test; it never counts for or against an endpoint. */
  TEST,
  /** No exchange: the delivery ended without one, by cancellation, deadline or retention. */
  NONE,
  /** A user recovered all failed deliveries: one attempt without retries. */
  RECOVERY;

  /** Returns whether a user requested to deliver a message again. */
  public boolean isReplay() {
    return this == REPLAY || this == RECOVERY;
  }
}
