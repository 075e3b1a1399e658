package dev.posthorn.server.config;

import org.jspecify.annotations.Nullable;

/** A setting cannot be as it is; the message names it, where it stands, and the remedy. */
public final class BadSettingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception. */
  public BadSettingException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
