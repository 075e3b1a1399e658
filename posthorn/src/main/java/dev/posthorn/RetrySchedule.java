package dev.posthorn;

import dev.posthorn.internal.api.Waits;
import dev.posthorn.internal.rules.RetryRules;
import dev.posthorn.internal.rules.Rules;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * The waits between the attempts of a delivery. The first attempt starts at once, and each wait is
 * followed by another one.
 *
 * @param waits the waits before the second, third, … attempt; at most 50, together at most 31 days
 */
public record RetrySchedule(List<Duration> waits) {
  /**
   * Creates a schedule.
   *
   * @throws PosthornException with INVALID if a wait is negative, or the schedule is too long
   */
  public RetrySchedule {
    waits = List.copyOf(waits);
    Rules.require("retrySchedule", RetryRules.problem(waits));
  }

  /** Returns a schedule of waits; without any, a delivery has one attempt. */
  public static RetrySchedule of(Duration... waits) {
    return new RetrySchedule(Arrays.asList(waits));
  }

  /**
   * Returns the schedule of the Standard Webhooks specification: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h
   * and 10 h.
   */
  public static RetrySchedule standard() {
    return Waits.standard();
  }
}
