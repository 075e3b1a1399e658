package dev.posthorn.internal.rules;

import dev.posthorn.PosthornException;
import org.jspecify.annotations.Nullable;

/** Turns the problem with a value into an exception. */
public final class Rules {
  private Rules() {}

  /**
   * Throws {@link PosthornException} with INVALID if there is a problem.
   *
   * @param field the name of the value
   * @param problem the result of a rule; null if the value is valid
   */
  public static void require(String field, @Nullable String problem) {
    if (problem != null) {
      throw PosthornException.invalid(field, problem);
    }
  }
}
