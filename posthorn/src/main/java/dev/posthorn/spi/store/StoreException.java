package dev.posthorn.spi.store;

import org.jspecify.annotations.Nullable;

/** The store could not do what was asked. The message says what is wrong and what helps. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** Why. */
  public enum Reason {
    /** Another process has the store open. */
    LOCKED,
    /** The store was written by a newer version. */
    NEWER_VERSION,
    /** The file is not a store, or is damaged. */
    CORRUPT,
    /** No space is left. Nothing was written; try again once there is. */
    FULL,
    /** A row cannot be stored. Nothing was written; the other rows of the batch can be. */
    REJECTED,
    /** A read or write failed. Nothing was written; trying again may help. */
    IO,
    /** The connection broke during the commit: it may or may not have happened. Commit it again. */
    UNKNOWN,
    /** The store is closed. */
    CLOSED
  }

  /** Creates an exception for a reason. */
  public StoreException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Returns why. */
  public Reason reason() {
    return reason;
  }
}
