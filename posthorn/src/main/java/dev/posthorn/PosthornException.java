package dev.posthorn;

import org.jspecify.annotations.Nullable;

/** A rejection or failure. The message names the problem and the remedy. */
public final class PosthornException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** Creates an exception for a reason. */
  public PosthornException(Reason reason, String message) {
    this(reason, message, null);
  }

  /** Creates an exception for a reason, with its cause. */
  public PosthornException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Returns an exception for an invalid argument. */
  public static PosthornException invalid(String field, String problem) {
    return new PosthornException(Reason.INVALID, field + ": " + problem);
  }

  /** Returns an equal exception with this one as its cause, for the thread that waited for it. */
  public PosthornException again() {
    return new PosthornException(reason, String.valueOf(getMessage()), this);
  }

  /** Returns the reason. */
  public Reason reason() {
    return reason;
  }
}
