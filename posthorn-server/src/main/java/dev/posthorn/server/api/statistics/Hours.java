package dev.posthorn.server.api.statistics;

import dev.posthorn.server.api.common.TimeSpan;
import dev.posthorn.server.http.ApiError;
import java.util.function.Function;

/** Limit on reading the hourly counts of many endpoints, each of which costs about the same. */
final class Hours {
  /** Maximum number of hours, of all endpoints together, that one request may read. */
  static final long MOST = 500_000;

  private Hours() {}

  /** Throws if a request covers more than {@value #MOST} hours. */
  static void requireFew(int endpoints, TimeSpan span, Function<String, ApiError> invalid) {
    int hours = span.periods(TimeSpan.HOUR);
    if ((long) endpoints * hours > MOST) {
      throw invalid.apply(
          "covers "
              + hours
              + " hours of "
              + endpoints
              + " endpoints; at most "
              + MOST
              + " can be counted: choose a shorter time span or fewer applications");
    }
  }
}
