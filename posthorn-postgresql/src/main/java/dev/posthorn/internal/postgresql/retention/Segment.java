package dev.posthorn.internal.postgresql.retention;

import dev.posthorn.internal.id.Ids;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A table with a part of the history: the messages, or the attempts, with ids of one day (UTC).
 *
 * @param parent the table that it is a part of
 * @param name its name, without the schema
 * @param from the first id
 * @param to the id after the last one
 */
record Segment(String parent, String name, long from, long to) {
  static final long DAY_MILLIS = TimeUnit.DAYS.toMillis(1);

  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("uuuuMMdd", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Returns the segment of the day that a time is in. */
  static Segment at(String parent, long millis) {
    long day = Math.floorDiv(millis, DAY_MILLIS) * DAY_MILLIS;
    String name = parent + "_" + NAME.format(Instant.ofEpochMilli(day));
    return new Segment(parent, name, Ids.firstAt(day), Ids.firstAt(day + DAY_MILLIS));
  }

  /** Returns whether another one of the same table has some of the same ids. */
  boolean overlaps(Segment other) {
    return parent.equals(other.parent) && from < other.to && other.from < to;
  }
}
