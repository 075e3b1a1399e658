package dev.posthorn.server.http;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Decides, before a body is read, whether a request may come in. Runs on the event loop. */
public interface Authenticator {

  /**
   * Returns whose token it is; a token seen before is answered at once.
   *
   * @param authorization the header {@code Authorization}, or null
   * @param peer the client's address, which failed attempts are counted by
   * @throws ApiError 401 if there is no valid token, 429 after too many wrong ones
   */
  CompletableFuture<? extends Caller> admit(@Nullable String authorization, String peer);

  /**
   * Throws 503 with {@code Retry-After} while too much waits to be stored, so that a body which
   * would be refused is not even read.
   */
  void requireRoom();
}
