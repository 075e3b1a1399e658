package dev.posthorn.server.endpointalert;

import dev.posthorn.spi.transport.HttpTarget;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The words of an alert. */
final class AlertText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("d MMMM uuuu HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  /** Enough for /hooks. */
  private static final int PATH_LENGTH = 8;

  private AlertText() {}

  /** Returns the subject: one line. */
  static String subject(EndpointAlert alert) {
    String host = HttpTarget.parse(alert.url()).host();
    return switch (alert.kind()) {
      case HALF, NEARLY -> "Webhook endpoint at " + host + " is failing";
      case DISABLED, GONE -> "Webhook endpoint at " + host + " was disabled";
    };
  }

  /**
   * Returns a URL without its query and the end of a long path: chats and automation services have
   * the credential in the path.
   */
  static String shortened(String url) {
    HttpTarget target = HttpTarget.parse(url);
    String path = target.path().split("[?#]", 2)[0];
    return (target.tls() ? "https://" : "http://")
        + target.authority()
        + (path.length() > PATH_LENGTH ? path.substring(0, PATH_LENGTH) + "…" : path);
  }

  /** Returns the text: some paragraphs, of which the last is the link. */
  static String body(EndpointAlert alert) {
    return happened(alert)
        + "\n\nURL: "
        + alert.url()
        + "\nEndpoint: "
        + alert.endpoint()
        + "\nApplication: "
        + alert.application()
        + "\n\n"
        + alert.link().get();
  }

  private static String happened(EndpointAlert alert) {
    return switch (alert.kind()) {
      case HALF, NEARLY ->
          failing(alert)
              + (alert.disabledFrom() > alert.at()
                  ? " If that continues, it will be disabled on "
                      + TIME.format(Instant.ofEpochMilli(alert.disabledFrom()))
                      + ", in "
                      + span(alert.disabledFrom() - alert.at())
                      + "."
                  : " If that continues, it will be disabled soon.");
      case DISABLED ->
          "This endpoint was disabled: "
              + decapitalized(failing(alert))
              + " It gets no new messages. Enable it once its receiver works again.";
      case GONE ->
          "This endpoint was disabled, because its receiver answered 410 Gone. It gets no new"
              + " messages. If that was a mistake, enable it again.";
    };
  }

  private static String failing(EndpointAlert alert) {
    return "No delivery to this endpoint has succeeded since "
        + TIME.format(Instant.ofEpochMilli(alert.failingSince()))
        + ", for "
        + span(alert.at() - alert.failingSince())
        + ".";
  }

  private static String decapitalized(String sentence) {
    return Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
  }

  /** Returns a time span in its two largest units. */
  static String span(long millis) {
    Duration time = Duration.ofMillis(Math.max(0, millis));
    if (time.toDays() > 0) {
      return units(time.toDays(), "day", time.toHoursPart(), "hour");
    }
    if (time.toHours() > 0) {
      return units(time.toHours(), "hour", time.toMinutesPart(), "minute");
    }
    return time.toMinutes() > 0
        ? units(time.toMinutes(), "minute", time.toSecondsPart(), "second")
        : units(0, "", time.toSeconds(), "second");
  }

  private static String units(long large, String largeName, long small, String smallName) {
    if (large == 0) {
      return number(small, smallName);
    }
    return number(large, largeName) + (small == 0 ? "" : " " + number(small, smallName));
  }

  private static String number(long count, String unit) {
    return count + " " + unit + (count == 1 ? "" : "s");
  }
}
