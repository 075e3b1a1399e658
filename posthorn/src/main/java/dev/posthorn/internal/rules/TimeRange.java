package dev.posthorn.internal.rules;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A rule for a duration: its range. The maximum fits into nanoseconds.
 *
 * @param min the shortest duration
 * @param max the longest duration
 */
public record TimeRange(Duration min, Duration max) {

  /** Returns whether a duration is in the range. */
  public boolean contains(Duration time) {
    return time.compareTo(min) >= 0 && time.compareTo(max) <= 0;
  }

  /** Returns the problem with a duration, or null. */
  public @Nullable String problem(Duration time) {
    return contains(time) ? null : "must be from " + min + " to " + max + ", but is " + time;
  }

  /** Returns the range in whole seconds. */
  public NumberRange seconds() {
    return new NumberRange(min.toSeconds(), max.toSeconds());
  }
}
