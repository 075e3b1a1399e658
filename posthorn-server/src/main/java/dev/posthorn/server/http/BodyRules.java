package dev.posthorn.server.http;

import org.jspecify.annotations.Nullable;

/** The rules for bodies of requests, whoever has received them. */
final class BodyRules {
  private BodyRules() {}

  /** Returns 413 for a body that is larger than its limit. */
  static ApiError tooLarge(int most) {
    return ApiError.of(
        413, "payload_too_large", "the body is larger than the limit of " + most + " bytes");
  }

  /** Rejects encoded bodies: a compressed body may expand to any size. */
  static void requireAsItIs(@Nullable String coding) {
    if (coding != null && !coding.equalsIgnoreCase("identity")) {
      throw ApiError.encoded(coding);
    }
  }
}
