package dev.posthorn.server.auth;

import org.jspecify.annotations.Nullable;

/**
 * Who asks, as a token says.
 *
 * @param environment the environment it is for; 0 for nobody
 * @param application the only application it may see, or 0 for all of the environment
 * @param tokenId the stored token, or 0 if it is a JWT
 * @param token the token as it was sent, to end it at logout; null for nobody
 * @param expires until when it counts, in milliseconds, or 0 for no end
 */
public record Principal(
    long environment, long application, long tokenId, @Nullable String token, long expires) {
  /** Nobody: for operations that need no token. */
  public static final Principal NOBODY = new Principal(0, 0, 0, null, 0);

  /** Returns whether it may see only one application. */
  public boolean isApplication() {
    return application != 0;
  }

  @Override
  public String toString() {
    return "Principal[environment=" + environment + ", application=" + application + "]";
  }
}
