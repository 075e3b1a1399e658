package dev.posthorn.internal.file;

import org.jspecify.annotations.Nullable;

/** A file that an option names and that cannot be used. */
public final class UnusableFileException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String option;
  private final String problem;

  /**
   * Creates an exception.
   *
   * @param option the name of the option
   * @param problem the rest of the sentence that begins with the option
   */
  public UnusableFileException(String option, String problem, @Nullable Throwable cause) {
    super(option + ": " + problem, cause);
    this.option = option;
    this.problem = problem;
  }

  /** Returns the name of the option. */
  public String option() {
    return option;
  }

  /** Returns the message without the option. */
  public String problem() {
    return problem;
  }
}
