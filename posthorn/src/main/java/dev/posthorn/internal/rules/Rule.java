package dev.posthorn.internal.rules;

import org.jspecify.annotations.Nullable;

/**
 * A rule for a value.
 *
 * @param <T> the type of the value
 */
public interface Rule<T> {
  /** Returns the problem with a value, or null if it is valid. */
  @Nullable String problem(T value);
}
