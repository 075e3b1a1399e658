package dev.posthorn.internal.engine.lane;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads a Retry-After header: seconds or an HTTP date (RFC 9110, section 10.2.3), the latter in any
 * of the three forms of section 5.6.7; and also decimal seconds, which some receivers send.
 */
final class RetryAfter {
  private static final DateTimeFormatter IMF_FIXDATE =
      DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT);
  private static final DateTimeFormatter ASCTIME =
      DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss uuuu", Locale.US);

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
      return Math.max(0, date(text, nowMillis).toEpochMilli() - nowMillis);
    } catch (NumberFormatException | DateTimeException e) {
      return -1;
    }
  }

  private static boolean isDecimal(String text) {
    return text.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.');
  }

  /** The three forms differ in what follows the day's name. */
  private static Instant date(String text, long nowMillis) {
    int comma = text.indexOf(',');
    if (comma == 3) {
      return ZonedDateTime.parse(text, IMF_FIXDATE).toInstant();
    }
    DateTimeFormatter obsolete = comma < 0 ? ASCTIME : rfc850(nowMillis);
    return LocalDateTime.parse(text, obsolete).toInstant(ZoneOffset.UTC);
  }

  /** Two digits of a year mean the one that is at most 50 years ahead. */
  private static DateTimeFormatter rfc850(long nowMillis) {
    int year = Instant.ofEpochMilli(nowMillis).atOffset(ZoneOffset.UTC).getYear();
    return new DateTimeFormatterBuilder()
        .appendPattern("EEEE, dd-MMM-")
        .appendValueReduced(ChronoField.YEAR, 2, 2, year - 49)
        .appendPattern(" HH:mm:ss 'GMT'")
        .toFormatter(Locale.US);
  }
}
