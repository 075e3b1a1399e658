package dev.posthorn.server.api.common;

import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Fields;
import dev.posthorn.server.http.Query;
import dev.posthorn.server.http.Times;
import java.time.Instant;
import java.util.function.BiFunction;

/**
 * Time span of statistics: at most 366 days.
 *
 * @param from the first millisecond
 * @param to the end, exclusive
 */
public record TimeSpan(long from, long to) {
  public static final long HOUR = 3_600_000;
  public static final long DAY = 24 * HOUR;

  private static final long USUAL = 28 * DAY;
  private static final long LONGEST = 366 * DAY;

  /** The last period of any length that ends in a year with four digits. */
  private static final long LATEST = Instant.parse("9999-12-31T00:00:00Z").toEpochMilli();

  /** Reads a span from a query; by default it ends now and begins with the hour 28 days earlier. */
  public static TimeSpan of(Query query, String since, String until, long now) {
    Instant end = query.time(until);
    Instant start = query.time(since);
    long to = end == null ? now + 1 : Times.millisFrom(end);
    return of(
        start == null ? to - USUAL - Math.floorMod(to - USUAL, HOUR) : Times.millisFrom(start),
        to,
        until,
        Query::invalid,
        since);
  }

  /** Reads a span from a query that must have both ends. */
  public static TimeSpan required(Query query, String since, String until) {
    for (String name : new String[] {since, until}) {
      if (query.time(name) == null) {
        throw Query.invalid(name, "is required");
      }
    }
    return of(query, since, until, 0);
  }

  /** Reads a span from a body that must have both ends. */
  public static TimeSpan required(Fields fields, String since, String until) {
    long from = Times.millisFrom(fields.time(since));
    long to = Times.millisFrom(fields.time(until));
    return of(from, to, until, fields::invalid, since);
  }

  private static TimeSpan of(
      long from,
      long to,
      String until,
      BiFunction<String, String, ApiError> invalid,
      String since) {
    if (to > LATEST) {
      throw invalid.apply(until, "must not be later than 9999-12-31T00:00:00Z");
    }
    if (from >= to) {
      throw invalid.apply(since, "must be before " + until);
    }
    if (to - from > LONGEST) {
      throw invalid.apply(since, "must be at most 366 days before " + until);
    }
    return new TimeSpan(from, to);
  }

  /** Returns the start of the period, such as {@link #HOUR}, in which the span begins (UTC). */
  public long from(long period) {
    return from - Math.floorMod(from, period);
  }

  /** Returns the number of periods that the span touches. */
  public int periods(long period) {
    return Math.toIntExact((to - from(period) + period - 1) / period);
  }
}
