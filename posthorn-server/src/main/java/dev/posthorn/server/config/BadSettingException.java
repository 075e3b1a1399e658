package dev.posthorn.server.config;

import org.jspecify.annotations.Nullable;

/** An invalid setting; the message names the setting, the source of its value, and the remedy. */
public final class BadSettingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception. */
  public BadSettingException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
