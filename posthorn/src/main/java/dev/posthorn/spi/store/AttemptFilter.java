package dev.posthorn.spi.store;

import dev.posthorn.DeliveryState;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a list of attempts is narrowed to; all of it has to be so.
 *
 * @param state only attempts after which the delivery was in this state, or null
 * @param statusClasses only these first digits of the HTTP status, 0 for no response; empty means
 *     all
 * @param succeeded only exchanges that succeeded (true); or exchanges that failed, and ends without
 *     one of deliveries that failed (false); or null
 * @param messages only attempts of such messages; those whose message is gone are of none
 */
public record AttemptFilter(
    @Nullable DeliveryState state,
    Set<Integer> statusClasses,
    @Nullable Boolean succeeded,
    MessageFilter messages) {
  /** Lets every attempt through. */
  public static final AttemptFilter NONE =
      new AttemptFilter(null, Set.of(), null, MessageFilter.NONE);

  /** Returns a filter by the delivery's state alone. */
  public static AttemptFilter byState(@Nullable DeliveryState state) {
    return new AttemptFilter(state, Set.of(), null, MessageFilter.NONE);
  }

  /** Returns whether an attempt is as asked for, whatever its message is. */
  public boolean matches(AttemptRow row) {
    return (state == null || row.state() == state)
        && (statusClasses.isEmpty() || statusClasses.contains(row.status() / 100))
        && (succeeded == null || (succeeded ? row.isSuccess() : isFailure(row)));
  }

  private static boolean isFailure(AttemptRow row) {
    return row.isExchange() ? !row.isSuccess() : row.state() == DeliveryState.FAILED;
  }

  /** Returns whether the message counts, too. */
  public boolean asksForMessage() {
    return !messages.equals(MessageFilter.NONE);
  }
}
