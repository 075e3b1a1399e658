package dev.posthorn.internal.rules;

import dev.posthorn.internal.crypto.Certificates;
import dev.posthorn.spi.transport.HttpTarget;
import java.time.Duration;
import java.util.Collection;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Rules for endpoints; channels, headers and metadata have separate classes. */
public final class EndpointRules {
  /** Maximum number of characters of a URL, as it is sent. */
  public static final int MAX_URL = HttpTarget.MAX_LENGTH;

  /** Maximum number of characters of a description. */
  public static final int MAX_DESCRIPTION = 4_096;

  /** Maximum number of event types and patterns that an endpoint may listen to. */
  public static final int MAX_FILTERS = 1_000;

  /** Maximum number of characters of its event types and patterns together. */
  public static final int MAX_FILTERS_TOGETHER = 16_384;

  /** The rule for an event type that an endpoint listens to, or a pattern of event types. */
  public static final TextRule FILTER =
      new TextRule(
          Pattern.compile("\\*|(?=.{1,256}$)(?!\\.{1,2}(\\.\\*)?$)[a-zA-Z0-9\\-_.]+(\\.\\*)?"),
          NameRules.MAX_LENGTH,
          "an event type such as invoice.paid, a pattern such as invoice.*, or *, of at most 256"
              + " characters",
          "invoice.*");

  /** The range of the rate limit in requests per second; 0 for none. */
  public static final NumberRange RATE_LIMIT = new NumberRange(0, 65_535);

  /** The range of the number of concurrent requests; 0 for the default. */
  public static final NumberRange CONCURRENCY = new NumberRange(0, 1_024);

  /** The range of the timeout of a request. */
  public static final TimeRange TIMEOUT =
      new TimeRange(Duration.ofSeconds(1), Duration.ofMinutes(10));

  /** The range of the time for which replaced secrets still sign. */
  public static final TimeRange SECRET_GRACE = new TimeRange(Duration.ZERO, Duration.ofDays(366));

  /** Maximum number of characters of a client certificate with its key, or of a server CA. */
  public static final int MAX_PEM = Certificates.MAX_PEM;

  /** Maximum number of certificates of a server CA. */
  public static final int MAX_AUTHORITIES = Certificates.MOST_AUTHORITIES;

  private EndpointRules() {}

  /** Returns the problem with a URL, or null if {@link HttpTarget#normalize} reads it. */
  public static @Nullable String urlProblem(String url) {
    try {
      var unused = HttpTarget.normalize(url);
      return null;
    } catch (IllegalArgumentException e) {
      String problem = String.valueOf(e.getMessage());
      return problem.startsWith("url: ") ? problem.substring("url: ".length()) : problem;
    }
  }

  /** Returns the problem with the event types and patterns that an endpoint listens to, or null. */
  public static @Nullable String filtersProblem(Collection<String> filters) {
    String problem = FILTER.problem(filters, MAX_FILTERS);
    return problem == null ? togetherProblem(filters) : problem;
  }

  /** Returns the problem with the event types of a search for deliveries, or null. */
  public static @Nullable String typesProblem(Collection<String> types) {
    String problem = NameRules.NAME.problem(types, MAX_FILTERS);
    return problem == null ? togetherProblem(types) : problem;
  }

  private static @Nullable String togetherProblem(Collection<String> filters) {
    int together = Problems.length(filters);
    return together <= MAX_FILTERS_TOGETHER
        ? null
        : "must have at most "
            + MAX_FILTERS_TOGETHER
            + " characters together, but has "
            + together
            + "; name fewer";
  }
}
