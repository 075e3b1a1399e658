package dev.posthorn.server.api.common;

import dev.posthorn.internal.rules.EndpointRules;
import dev.posthorn.internal.rules.NumberRange;
import dev.posthorn.server.http.Fields;
import tools.jackson.core.JsonGenerator;

/**
 * Rate limits in requests and answers: {@code throttleRate}, or {@code rateLimit} as older clients
 * say; a number a second, or null for none.
 */
public final class Rates {
  private static final String NAME = "throttleRate";
  private static final String OLD_NAME = "rateLimit";
  private static final NumberRange RANGE =
      new NumberRange(1, EndpointRules.RATE_LIMIT.max()); // 0 is null here

  private Rates() {}

  /** Returns the limit, or 0 for none. */
  public static int orNone(Fields fields) {
    Long rate = fields.numberOrNull(name(fields), RANGE);
    return rate == null ? 0 : rate.intValue();
  }

  /** Returns whether the client sent a limit, be it null. */
  public static boolean isGiven(Fields fields) {
    return fields.has(NAME) || fields.has(OLD_NAME);
  }

  /** Returns the limit if the client sent one, be it null, else the present one. */
  public static int patched(Fields fields, int present) {
    return isGiven(fields) ? orNone(fields) : present;
  }

  /** Answers have both names, so what is sent back may have both: then the newer one counts. */
  private static String name(Fields fields) {
    return fields.has(NAME) ? NAME : OLD_NAME;
  }

  /** Writes it under both names: what a client does not see, it removes when it writes back. */
  public static void write(JsonGenerator json, int limit) {
    Json.positiveOrNull(json, NAME, limit);
    Json.positiveOrNull(json, OLD_NAME, limit);
  }
}
