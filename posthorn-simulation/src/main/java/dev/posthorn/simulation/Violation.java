package dev.posthorn.simulation;

import org.jspecify.annotations.Nullable;

/** A promise was broken in a simulated run. */
public final class Violation extends AssertionError {
  private static final long serialVersionUID = 1L;

  /** Creates a violation that says which promise was broken and how. */
  public Violation(String message) {
    this(message, null);
  }

  /** Creates a violation with what showed it. */
  public Violation(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
