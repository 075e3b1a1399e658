package dev.posthorn.server.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Parses times in the format of RFC 3339: with an offset and a four-digit year. */
public final class Times {
  private static final int LAST_YEAR = 9_999;
  private static final int NANOS = 1_000_000;

  private Times() {}

  /** Returns the time; throws {@link DateTimeException} if it is invalid. */
  public static Instant parse(String text) {
    OffsetDateTime time = OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC);
    if (time.getYear() < 0 || time.getYear() > LAST_YEAR) {
      throw new DateTimeException("the year " + time.getYear() + " has no four digits");
    }
    return time.toInstant();
  }

  /** Returns a time in milliseconds, rounded up. */
  public static long millisFrom(Instant time) {
    return Math.ceilDiv(time.getNano(), NANOS) + Math.multiplyExact(time.getEpochSecond(), 1_000L);
  }
}
