package dev.posthorn.internal.rules;

import org.jspecify.annotations.Nullable;

/**
 * A rule for a whole number: its range.
 *
 * @param min the smallest number
 * @param max the largest number
 */
public record NumberRange(long min, long max) {

  /** Returns whether a number is in the range. */
  public boolean contains(long number) {
    return number >= min && number <= max;
  }

  /** Returns the problem with a number, or null. */
  public @Nullable String problem(long number) {
    return contains(number) ? null : "must be " + allowed() + ", but is " + number;
  }

  /** Returns the range in words. */
  public String allowed() {
    return "a whole number from " + min + " to " + max;
  }
}
