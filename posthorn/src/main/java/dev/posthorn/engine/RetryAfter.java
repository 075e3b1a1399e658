package dev.posthorn.engine;

import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads a Retry-After header: seconds, an HTTP date (RFC 9110, section 10.2.3), and also decimal
 * seconds, which some receivers send.
 */
final class RetryAfter {
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT);

  private RetryAfter() {}

  /**
   * Returns the wait in milliseconds from {@code nowMillis}, never negative, or -1 if unreadable.
   */
  static long millis(@Nullable String value, long nowMillis) {
    if (value == null || value.isBlank() || value.length() > 40) {
      return -1;
    }
    String text = value.strip();
    char first = text.charAt(0);
    try {
      if (first >= '0' && first <= '9') {
        if (!isDecimal(text)) { // parseDouble takes more: exponents, hexadecimal, a type's letter
          return -1;
        }
        double seconds = Double.parseDouble(text);
        return (long) Math.ceil(Math.min(seconds, 1e12) * 1000);
      }
      long at = ZonedDateTime.parse(text, HTTP_DATE).toInstant().toEpochMilli();
      return Math.max(0, at - nowMillis);
    } catch (NumberFormatException | DateTimeException e) {
      return -1;
    }
  }

  private static boolean isDecimal(String text) {
    return text.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.');
  }
}
