package dev.posthorn;

/** The reason of a rejection or failure, for programs to decide by. */
public enum Reason {
  /** An argument is invalid; the message names it, the problem and the remedy. */
  INVALID,
  /** The payload exceeds the maximum size. */
  TOO_LARGE,
  /** The application, endpoint, message or delivery is unknown. */
  NOT_FOUND,
  /** The name is taken, or the event id was used for another message. */
  CONFLICT,
  /** A limit is reached; the message says when to try again. */
  LIMIT_REACHED,
  /** Too many messages wait for the disk. Nothing was accepted; try again shortly. */
  OVERLOADED,
  /** The disk is full. Nothing was accepted. */
  STORE_FULL,
  /** The disk failed. Nothing was accepted. */
  STORE_FAILED,
  /** Another process has the database open. */
  STORE_LOCKED,
  /**
   * The disk did not answer in time. The message may or may not be accepted; sending it again under
   * the same event id is safe.
   */
  UNKNOWN,
  /** The Posthorn is closed. */
  CLOSED
}
