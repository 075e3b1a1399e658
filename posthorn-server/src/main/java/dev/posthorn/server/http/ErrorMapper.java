package dev.posthorn.server.http;

import dev.posthorn.PosthornException;
import java.util.List;

/** Says in HTTP why the engine refused. */
public final class ErrorMapper {
  private static final String FULL =
      "nothing was stored: the server has no room for more; try again later";
  private static final String FAILED =
      "nothing was stored: the server cannot read or write its data; try again later";
  private static final String UNKNOWN =
      "it is not known whether this was stored: ask, or repeat it under the same idempotency key";

  private ErrorMapper() {}

  /** Returns the error for a refusal. */
  public static ApiError of(PosthornException refused) {
    String text = String.valueOf(refused.getMessage());
    return switch (refused.reason()) {
      case INVALID -> invalid(text);
      case TOO_LARGE -> ApiError.of(413, "payload_too_large", text);
      case NOT_FOUND -> ApiError.notFound(text);
      case CONFLICT -> ApiError.conflict(text);
      case LIMIT_REACHED -> ApiError.of(400, "limit_reached", text);
      case OVERLOADED -> ApiError.later(503, "overloaded", text, 1);
      // The store's own words name files, which are the operator's: the log has them.
      case STORE_FULL -> ApiError.later(507, "store_full", FULL, 30);
      case STORE_FAILED, STORE_LOCKED -> ApiError.later(503, "store_failed", FAILED, 5);
      case UNKNOWN -> ApiError.later(503, "unknown_outcome", UNKNOWN, 1);
      case CLOSED -> ApiError.later(503, "closing", "the server is stopping", 5);
    };
  }

  /** The engine names the field first: {@code field: what is wrong}. */
  private static ApiError invalid(String text) {
    int colon = text.indexOf(": ");
    return colon < 0
        ? ApiError.invalid(List.of("body"), text)
        : ApiError.invalid(List.of("body", text.substring(0, colon)), text.substring(colon + 2));
  }
}
