package dev.posthorn.internal.engine.journal;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.spi.store.StoreException;
import org.jspecify.annotations.Nullable;

/** The exceptions that a journal fails entries with. */
final class JournalFailures {
  private static final String REPEAT =
      "; look whether it is, or repeat it under the same event id or idempotency key";

  private JournalFailures() {}

  /** Returns the failure of a store that threw what it must not: nobody knows what it wrote. */
  static StoreException broken(Throwable why) {
    return new StoreException(StoreException.Reason.UNKNOWN, "the store broke off: " + why, why);
  }

  /** Returns the exception of an entry that the store did not take. */
  static PosthornException refused(StoreException e) {
    Reason reason =
        switch (e.reason()) {
          case FULL -> Reason.STORE_FULL;
          case CLOSED -> Reason.CLOSED;
          default -> Reason.STORE_FAILED;
        };
    return new PosthornException(reason, "nothing was stored: " + e.getMessage(), e);
  }

  /** Returns the exception of an entry that is not tried, since the store takes nothing. */
  static PosthornException refused(String trouble) {
    return new PosthornException(Reason.STORE_FAILED, "nothing was stored: " + trouble);
  }

  /**
   * Returns the exception of an entry that may be on disk.
   *
   * @param why the reason in words
   */
  static PosthornException unknown(String why, @Nullable StoreException cause) {
    return new PosthornException(Reason.UNKNOWN, "it may be stored or not: " + why + REPEAT, cause);
  }

  /** Returns the exception of an entry that comes too late. */
  static PosthornException closed() {
    return new PosthornException(Reason.CLOSED, "this instance is closed; nothing was stored");
  }
}
