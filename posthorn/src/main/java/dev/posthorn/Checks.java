package dev.posthorn;

import dev.posthorn.error.PosthornException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** Checks of arguments; each error names the field, the problem and the remedy. */
final class Checks {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_./-]{1,256}");
  private static final Pattern PATTERN = Pattern.compile("\\*|[A-Za-z0-9_./-]{1,254}(\\.\\*)?");

  private Checks() {}

  static String name(String field, String value) {
    if (!NAME.matcher(value).matches()) {
      throw PosthornException.invalid(
          field, "must be 1 to 256 letters, digits or . _ - /, like invoice.paid");
    }
    return value;
  }

  static void eventTypes(List<String> patterns) {
    for (String pattern : patterns) {
      if (!PATTERN.matcher(pattern).matches()) {
        throw PosthornException.invalid(
            "events", "\"" + pattern + "\" must be an event type like invoice.paid, or invoice.*");
      }
    }
  }

  static void timeout(String field, Duration value) {
    if (value.compareTo(Duration.ofSeconds(1)) < 0 || value.compareTo(Duration.ofMinutes(10)) > 0) {
      throw PosthornException.invalid(field, "must be 1 second to 10 minutes, not " + value);
    }
  }

  static Duration notNegative(String field, Duration value) {
    if (value.isNegative()) {
      throw PosthornException.invalid(field, "must not be negative, but is " + value);
    }
    return value;
  }

  static int rate(String field, int value, int most) {
    if (value < 1 || value > most) {
      throw PosthornException.invalid(field, "must be 1 to " + most + ", not " + value);
    }
    return value;
  }
}
