package dev.posthorn;

import org.jspecify.annotations.Nullable;

/** Posthorn refused, or could not do, what was asked. The message says why and what helps. */
public final class PosthornException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** Creates an exception for a reason. */
  public PosthornException(Reason reason, String message) {
    this(reason, message, null);
  }

  /** Creates an exception for a reason, with what caused it. */
  public PosthornException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Returns an exception for an argument: its name, what is wrong with it, what would be right. */
  public static PosthornException invalid(String field, String problem) {
    return new PosthornException(Reason.INVALID, field + ": " + problem);
  }

  /** Returns the same exception with this one as its cause: for the thread that waited for it. */
  public PosthornException again() {
    return new PosthornException(reason, String.valueOf(getMessage()), this);
  }

  /** Returns why. */
  public Reason reason() {
    return reason;
  }
}
