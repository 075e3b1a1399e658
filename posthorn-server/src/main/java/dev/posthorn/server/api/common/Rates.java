package dev.posthorn.server.api.common;

import dev.posthorn.internal.rules.EndpointRules;
import dev.posthorn.internal.rules.NumberRange;
import dev.posthorn.server.http.Fields;
import tools.jackson.core.JsonGenerator;

/**
 * Rate limits in requests and answers: {@code throttleRate}, or {@code rateLimit} for older
 * clients; a number per second, or null for none.
 */
public final class Rates {
  private static final String NAME = "throttleRate";
  private static final String OLD_NAME = "rateLimit";
  private static final NumberRange RANGE =
      new NumberRange(1, EndpointRules.RATE_LIMIT.max()); // clients send null instead of 0

  private Rates() {}

  /** Returns the limit, or 0 for none. */
  public static int orNone(Fields fields) {
    Long rate = fields.numberOrNull(name(fields), RANGE);
    return rate == null ? 0 : rate.intValue();
  }

  /** Returns whether the client sent a limit, even null. */
  public static boolean isGiven(Fields fields) {
    return fields.has(NAME) || fields.has(OLD_NAME);
  }

  /** Returns the limit if the client sent one, even null, otherwise the current one. */
  public static int patched(Fields fields, int present) {
    return isGiven(fields) ? orNone(fields) : present;
  }

  /**
   * Returns the name that the client used. Answers have both names, so a request may have both:
   * then the newer one counts.
   */
  private static String name(Fields fields) {
    return fields.has(NAME) ? NAME : OLD_NAME;
  }

  /**
   * Writes the limit under both names: a client that writes back what it read would otherwise
   * remove it.
   */
  public static void write(JsonGenerator json, int limit) {
    Json.positiveOrNull(json, NAME, limit);
    Json.positiveOrNull(json, OLD_NAME, limit);
  }
}
