package dev.posthorn.server.config;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads times as people write them: {@code 30s}, or {@code PT30S} as ISO 8601 has it. */
public final class Durations {
  /** Examples for messages and help. */
  public static final String EXAMPLES = "500ms, 30s, 5m, 2h, 7d or PT30S";

  /** The longest time that can be written as {@code 30s}; in milliseconds it fits into a long. */
  private static final Duration MOST = Duration.ofDays(999_999_999);

  private static final Pattern SHORT = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  private Durations() {}

  /**
   * Returns the time that a text says.
   *
   * @throws IllegalArgumentException if it says none, or one below zero; the message says what
   *     would be right
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
