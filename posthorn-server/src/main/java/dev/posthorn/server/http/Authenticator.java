package dev.posthorn.server.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future.State;
import org.jspecify.annotations.Nullable;

/** Authenticates requests before their bodies are read. Runs on the event loop. */
public interface Authenticator {

  /**
   * Returns the caller that a token belongs to; completed at once for a token seen before.
   *
   * @param authorization the header {@code Authorization}, or null
   * @param peer the client's address, by which failed attempts are counted
   * @throws ApiError 401 if the token is missing or invalid, 429 after too many invalid tokens
   */
  CompletableFuture<? extends Caller> admit(@Nullable String authorization, String peer);

  /**
   * Catches up with what other nodes have changed before this call, for an operation that did not
   * find something.
   *
   * @return completes with whether there is a reason to perform the operation again
   */
  default CompletableFuture<Boolean> refresh() {
    return CompletableFuture.completedFuture(false);
  }

  /** Returns whether a refresh has succeeded already, and has found nothing. */
  static boolean isUpToDate(CompletableFuture<Boolean> refreshed) {
    return refreshed.state() == State.SUCCESS && !refreshed.resultNow();
  }

  /**
   * Returns the sender of a request, which may be authenticated by other headers than {@code
   * Authorization}.
   *
   * @throws ApiError as {@link #admit(String, String)} does
   */
  default CompletableFuture<? extends Caller> admit(Call.Head head) {
    return admit(head.header("Authorization"), head.peer());
  }

  /**
   * Throws 503 with {@code Retry-After} while too many messages are waiting to be stored, so that
   * the server does not read a body that it would refuse anyway.
   */
  void requireRoom();
}
