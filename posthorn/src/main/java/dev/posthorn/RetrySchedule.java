package dev.posthorn;

import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.rules.RetryRules;
import dev.posthorn.internal.rules.Rules;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * When a delivery that failed is attempted again: at once first, then after each wait in turn.
 *
 * @param waits the waits before the second, third, … attempt; at most 50, together at most 31 days
 */
public record RetrySchedule(List<Duration> waits) {
  /**
   * Creates a schedule; throws {@link PosthornException} if a wait is negative or it is too long.
   */
  public RetrySchedule {
    waits = List.copyOf(waits);
    Rules.require("retrySchedule", RetryRules.problem(waits));
  }

  /** Returns a schedule of waits. */
  public static RetrySchedule of(Duration... waits) {
    return new RetrySchedule(Arrays.asList(waits));
  }

  /**
   * Returns the schedule of the Standard Webhooks specification: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h
   * and 10 h.
   */
  public static RetrySchedule standard() {
    return ofMillis(EngineOptions.STANDARD_WAITS);
  }

  public static RetrySchedule ofMillis(List<Long> waits) {
    return new RetrySchedule(waits.stream().map(Duration::ofMillis).toList());
  }

  List<Long> millis() {
    return waits.stream().map(Duration::toMillis).toList();
  }
}
