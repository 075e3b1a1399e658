package dev.posthorn.server.http;

import dev.posthorn.PosthornException;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Maps exceptions of the engine to HTTP errors. */
public final class ErrorMapper {
  private static final String FULL =
      "nothing was stored: the server's storage is full; try again later";
  private static final String FAILED =
      "nothing was stored: the server cannot read or write its data; try again later";
  private static final String UNKNOWN =
      "it is unknown whether this was stored: look it up, or repeat the request with the same"
          + " idempotency key";

  private static final Logger LOG = LoggerFactory.getLogger(ErrorMapper.class);

  private ErrorMapper() {}

  /** Returns the answer to a request that failed with an exception. */
  static Answer answer(Throwable thrown, String requestId) {
    Throwable cause = thrown.getCause();
    Throwable e = thrown instanceof CompletionException && cause != null ? cause : thrown;
    if (e instanceof ApiError error) {
      return error.answer();
    }
    if (e instanceof PosthornException refused) {
      return of(refused).answer();
    }
    LOG.error("Request {} failed", requestId, e);
    return ApiError.of(
            500,
            "server_error",
            "internal error; the server's log has the details under the request id " + requestId)
        .answer();
  }

  /** Returns the HTTP error for an exception. */
  public static ApiError of(PosthornException refused) {
    String text = String.valueOf(refused.getMessage());
    return switch (refused.reason()) {
      case INVALID -> invalid(text);
      case TOO_LARGE -> ApiError.of(413, "payload_too_large", text);
      case NOT_FOUND -> ApiError.notFound(text);
      case CONFLICT -> ApiError.conflict(text);
      case LIMIT_REACHED -> ApiError.of(400, "limit_reached", text);
      case OVERLOADED -> ApiError.later(503, "overloaded", text, 1);
      // The store's message names files, which are for the operator only: it is in the log.
      case STORE_FULL -> ApiError.later(507, "store_full", FULL, 30);
      case STORE_FAILED, STORE_LOCKED -> ApiError.later(503, "store_failed", FAILED, 5);
      case UNKNOWN -> ApiError.later(503, "unknown_outcome", UNKNOWN, 1);
      case CLOSED ->
          ApiError.later(503, "closing", "the server is shutting down; try again later", 5);
    };
  }

  /** Splits the engine's message, which begins with the field: {@code field: problem}. */
  private static ApiError invalid(String text) {
    int colon = text.indexOf(": ");
    return colon < 0
        ? ApiError.invalid(List.of("body"), text)
        : ApiError.invalid(List.of("body", text.substring(0, colon)), text.substring(colon + 2));
  }
}
