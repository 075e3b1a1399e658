package dev.posthorn.internal.rules;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rules for retry schedules: of an endpoint, an event type, or all. */
public final class RetryRules {
  /** Maximum number of waits. */
  public static final int MAX_WAITS = 50;

  /** Maximum of the sum of all waits. */
  public static final Duration MAX_TOTAL = Duration.ofDays(31);

  private RetryRules() {}

  /** Returns the problem with the waits of a schedule, or null. */
  public static @Nullable String problem(List<Duration> waits) {
    if (waits.size() > MAX_WAITS) {
      return "must have at most "
          + MAX_WAITS
          + " waits, but has "
          + waits.size()
          + "; leave some out";
    }
    Duration total = Duration.ZERO;
    for (Duration wait : waits) {
      if (wait.isNegative()) {
        return "must have no negative wait, but has " + wait + "; use 0 or more";
      }
      total = wait.compareTo(MAX_TOTAL) > 0 ? wait : total.plus(wait);
      if (total.compareTo(MAX_TOTAL) > 0) {
        return "must take at most "
            + MAX_TOTAL.toDays()
            + " days in all, but takes longer; shorten the waits";
      }
    }
    return null;
  }
}
