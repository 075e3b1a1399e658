package dev.posthorn.spi.store;

/** Why an attempt was made. The order is stored: append only. */
public enum AttemptKind {
  /** The engine's own, first or retry. */
  SCHEDULED,
  /** Somebody asked to deliver a message again. */
  REPLAY,
  /** A manual test; it never counts for or against an endpoint. */
  TEST,
  /** No exchange: the delivery ended without one, by cancellation, deadline or retention. */
  NONE,
  /** Somebody asked to deliver again all that failed: one attempt, which no other follows. */
  RECOVERY;

  /** Returns whether somebody asked to deliver a message again. */
  public boolean isReplay() {
    return this == REPLAY || this == RECOVERY;
  }
}
