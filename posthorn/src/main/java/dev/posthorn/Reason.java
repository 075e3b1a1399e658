package dev.posthorn;

/** Why something was refused or failed: what a program decides by. */
public enum Reason {
  /** An argument is not valid; the message names it, what is wrong and what would be right. */
  INVALID,
  /** The payload is larger than is accepted. */
  TOO_LARGE,
  /** There is no such application, endpoint, message or delivery. */
  NOT_FOUND,
  /** It exists already, or the same key was used for something else. */
  CONFLICT,
  /** There is as much of it as is allowed; the message says when there may be more. */
  LIMIT_REACHED,
  /** Too much is waiting to be stored. Nothing was accepted; try again a little later. */
  OVERLOADED,
  /** The disk is full. Nothing was accepted. */
  STORE_FULL,
  /** The store failed. Nothing was accepted. */
  STORE_FAILED,
  /** Another process has the database open. */
  STORE_LOCKED,
  /**
   * There was no answer from the store in time. It may or may not have been accepted; sending again
   * with the same event id is safe.
   */
  UNKNOWN,
  /** The instance is closed, or closing. */
  CLOSED
}
