package dev.posthorn.server.config;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parser of times such as {@code 30s}, or {@code PT30S} in ISO 8601. */
public final class Durations {
  /** Examples of times, for messages and help. */
  public static final String EXAMPLES = "500ms, 30s, 5m, 2h, 7d or PT30S";

  /** The longest time in the short form; in milliseconds it fits into a long. */
  private static final Duration MOST = Duration.ofDays(999_999_999);

  private static final Pattern SHORT = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  private Durations() {}

  /**
   * Returns the time of a text.
   *
   * @throws IllegalArgumentException if the text is not a time, or a negative one; the message
   *     names valid ones
   */
  public static Duration parse(String text) {
    String right = "\"" + text + "\" must be a time such as " + EXAMPLES;
    Matcher matcher = SHORT.matcher(text);
    if (matcher.matches()) {
      return Duration.ofMillis(Long.parseLong(matcher.group(1)) * millisOf(matcher.group(2)));
    }
    Duration time;
    try {
      time = Duration.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(right, e);
    }
    if (time.isNegative() || time.compareTo(MOST) > 0) {
      throw new IllegalArgumentException(right);
    }
    return time;
  }

  /** Returns a time as people write it, such as {@code 90s}. */
  public static String text(Duration time) {
    long millis = time.toMillis();
    for (String unit : List.of("d", "h", "m", "s")) {
      if (millis > 0 && millis % millisOf(unit) == 0) {
        return millis / millisOf(unit) + unit;
      }
    }
    return millis == 0 ? "0s" : millis + "ms";
  }

  private static long millisOf(String unit) {
    return switch (unit) {
      case "ms" -> 1L;
      case "s" -> 1_000L;
      case "m" -> 60_000L;
      case "h" -> 3_600_000L;
      default -> 86_400_000L;
    };
  }
}
