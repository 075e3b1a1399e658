package dev.posthorn;

import dev.posthorn.internal.engine.base.EngineOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * When a delivery that failed is attempted again: at once first, then after each wait in turn.
 *
 * @param waits the waits before the second, third, … attempt; at most 20, together at most 31 days
 */
public record RetrySchedule(List<Duration> waits) {
  private static final int MOST_WAITS = 20;
  private static final Duration LONGEST = Duration.ofDays(31);

  /**
   * Creates a schedule; throws {@link PosthornException} if a wait is negative or it is too long.
   */
  public RetrySchedule {
    waits = List.copyOf(waits);
    if (waits.size() > MOST_WAITS) {
      throw PosthornException.invalid(
          "retrySchedule", "has " + waits.size() + " waits; give at most " + MOST_WAITS);
    }
    Duration total = Duration.ZERO;
    for (Duration wait : waits) {
      if (wait.isNegative()) {
        throw PosthornException.invalid(
            "retrySchedule", "a wait is negative; give durations of zero or more");
      }
      total = wait.compareTo(LONGEST) > 0 ? wait : total.plus(wait);
      if (total.compareTo(LONGEST) > 0) {
        throw PosthornException.invalid(
            "retrySchedule", "its waits are longer than 31 days together; make it shorter");
      }
    }
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
