package dev.posthorn.cidadao;

import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;

/**
 * Times as ISO 8601 text in the way of Python's {@code isoformat}: seconds always, six digits of
 * microseconds unless they are zero, UTC as {@code +00:00}.
 */
final class Timestamps {
  private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final DateTimeFormatter MICROSECONDS =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS");

  private Timestamps() {}

  /** Returns a time with its date and offset. */
  public static String iso(OffsetDateTime time) {
    return time.toLocalDate() + "T" + iso(time.toLocalTime()) + iso(time.getOffset());
  }

  /** Returns a time of day. */
  public static String iso(LocalTime time) {
    return (time.get(ChronoField.MICRO_OF_SECOND) == 0 ? SECONDS : MICROSECONDS).format(time);
  }

  private static String iso(ZoneOffset offset) {
    return offset.equals(ZoneOffset.UTC) ? "+00:00" : offset.getId();
  }
}
