package dev.posthorn.internal.api;

import dev.posthorn.RetrySchedule;
import dev.posthorn.internal.engine.base.EngineOptions;
import java.time.Duration;
import java.util.List;

/** Retry schedules as the engine has them: waits in milliseconds. */
public final class Waits {
  private Waits() {}

  /** Returns a schedule of waits in milliseconds. */
  public static RetrySchedule schedule(List<Long> millis) {
    return new RetrySchedule(millis.stream().map(Duration::ofMillis).toList());
  }

  /** Returns the schedule of the Standard Webhooks specification. */
  public static RetrySchedule standard() {
    return schedule(EngineOptions.STANDARD_WAITS);
  }

  public static List<Long> millis(RetrySchedule schedule) {
    return schedule.waits().stream().map(Duration::toMillis).toList();
  }
}
