package dev.posthorn.spi.store.reads;

import dev.posthorn.DeliveryState;
import dev.posthorn.spi.store.rows.AttemptRow;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Conditions of a list of attempts; an attempt must meet all of them.
 *
 * @param state only attempts after which the delivery was in this state, or null
 * @param statusClasses only these first digits of the HTTP status, 0 for no response; empty means
 *     all
 * @param succeeded only exchanges that succeeded (true); or failed exchanges, and failed deliveries
 *     that ended without an exchange (false); or null
 * @param messages only attempts of matching messages; an attempt whose message is gone matches none
 */
public record AttemptFilter(
    @Nullable DeliveryState state,
    Set<Integer> statusClasses,
    @Nullable Boolean succeeded,
    MessageFilter messages) {
  /** Accepts every attempt. */
  public static final AttemptFilter NONE =
      new AttemptFilter(null, Set.of(), null, MessageFilter.NONE);

  /** Returns a filter by the delivery's state alone. */
  public static AttemptFilter byState(@Nullable DeliveryState state) {
    return new AttemptFilter(state, Set.of(), null, MessageFilter.NONE);
  }

  /** Returns whether an attempt meets the conditions, regardless of its message. */
  public boolean matches(AttemptRow row) {
    return (state == null || row.state() == state)
        && (statusClasses.isEmpty() || statusClasses.contains(row.status() / 100))
        && (succeeded == null || (succeeded ? row.isSuccess() : isFailure(row)));
  }

  private static boolean isFailure(AttemptRow row) {
    return row.isExchange() ? !row.isSuccess() : row.state() == DeliveryState.FAILED;
  }

  /** Returns whether the message must meet conditions too. */
  public boolean asksForMessage() {
    return !messages.equals(MessageFilter.NONE);
  }
}
