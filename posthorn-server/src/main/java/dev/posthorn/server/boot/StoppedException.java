package dev.posthorn.server.boot;

import org.jspecify.annotations.Nullable;

/** The end of a start because the server was stopped before the start was complete. */
final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StoppedException(@Nullable Throwable cause) {
    super("Stopped before the start was complete", cause);
  }
}
