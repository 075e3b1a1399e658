package dev.posthorn.internal.inbox;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import org.jspecify.annotations.Nullable;

/**
 * A refusal that is about one row: it does not stop the others.
 *
 * <p>What may pass by itself (its application is created, for example) is tried again after a
 * second, then after twice the time of before, at most an hour, {@value #MOST_TRIES} times: for
 * about a day. Then, or at once if the row itself is wrong, the row is rejected: it stays until
 * somebody deletes it or has it tried again.
 *
 * @param row the row
 * @param why the reason
 * @param passing whether it may pass by itself
 */
record RowRefusal(InboxRow row, PosthornException why, boolean passing) {
  static final int MOST_TRIES = 35;

  /** The longest time between two tries. */
  static final long LONGEST_MILLIS = 3_600_000;

  private static final long FIRST_MILLIS = 1_000;

  /** Returns whether a reason is about the message, not about the state of the instance. */
  static boolean isOfRow(Reason reason) {
    return switch (reason) {
      case INVALID, TOO_LARGE, NOT_FOUND, CONFLICT, LIMIT_REACHED -> true;
      case OVERLOADED, STORE_FULL, STORE_FAILED, STORE_LOCKED, UNKNOWN, CLOSED -> false;
    };
  }

  /** Returns the refusal of a row for a reason that is about it. */
  static RowRefusal of(InboxRow row, PosthornException why) {
    boolean wrong = why.reason() == Reason.INVALID || why.reason() == Reason.CONFLICT;
    return new RowRefusal(row, why, !wrong);
  }

  /** Returns the number of tries so far, with this one. */
  int tries() {
    return row.tries() + 1;
  }

  /** Returns the time of the next try, or null if the row is rejected. */
  @Nullable Long retryAt(long now) {
    return passing && tries() < MOST_TRIES ? now + waitMillis(row.tries()) : null;
  }

  private static long waitMillis(int before) {
    return before >= 12 ? LONGEST_MILLIS : Math.min(LONGEST_MILLIS, FIRST_MILLIS << before);
  }
}
