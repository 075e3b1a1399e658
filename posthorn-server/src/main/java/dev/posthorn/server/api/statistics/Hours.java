package dev.posthorn.server.api.statistics;

import dev.posthorn.server.api.common.TimeSpan;
import dev.posthorn.server.http.ApiError;
import java.util.function.Function;

/** What it costs to read the hours of many endpoints: about the same for each that there may be. */
final class Hours {
  /** How many hours, of all endpoints together, are looked at for one request. */
  static final long MOST = 500_000;

  private Hours() {}

  /** Throws if a request asks for more than {@value #MOST} hours. */
  static void requireFew(int endpoints, TimeSpan span, Function<String, ApiError> invalid) {
    int hours = span.periods(TimeSpan.HOUR);
    if ((long) endpoints * hours > MOST) {
      throw invalid.apply(
          "asks for "
              + hours
              + " hours of "
              + endpoints
              + " endpoints; at most "
              + MOST
              + " can be looked at: ask for a shorter time or for fewer applications");
    }
  }
}
