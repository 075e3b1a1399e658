package dev.posthorn.spi.store;

import dev.posthorn.spi.store.reads.Reads;
import org.jspecify.annotations.Nullable;

/** Failure of a store operation. The message names the problem and the remedy. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** Reason for the failure. */
  public enum Reason {
    /** Another process has the store open. */
    LOCKED,
    /** The store was written by a newer version. */
    NEWER_VERSION,
    /** The file is not a store, or is damaged. */
    CORRUPT,
    /** No space is left. Nothing was written; try again once there is some. */
    FULL,
    /** A row cannot be stored. Nothing was written; the other rows of the batch can be stored. */
    REJECTED,
    /** A read or write failed. Nothing was written; trying again may help. */
    IO,
    /**
     * The connection broke during the commit, which may or may not have succeeded. Commit again.
     */
    UNKNOWN,
    /**
     * This process has lost its partitions since the batch was begun. Nothing was written; prepare
     * the batch again.
     */
    LOST,
    /**
     * Another process has taken over. Nothing was written, and nothing will be until the store is
     * opened again.
     */
    FENCED,
    /**
     * Another process has changed settings, or used a key of the batch, since the batch was
     * prepared. Nothing was written, also not by an earlier try; read the changes ({@link
     * Reads#settingsAfter}) and prepare the batch again.
     */
    STALE,
    /** The store is closed. */
    CLOSED
  }

  /** Creates an exception for a reason. */
  public StoreException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Returns the reason. */
  public Reason reason() {
    return reason;
  }
}
