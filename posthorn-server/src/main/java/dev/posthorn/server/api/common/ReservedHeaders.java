package dev.posthorn.server.api.common;

import dev.posthorn.server.http.Fields;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Names of headers that the API takes from nobody, as the Svix server does, beside those that frame
 * or sign a request: what says which body there is and who sends it, what caches and proxies read,
 * and what cloud providers keep to themselves.
 */
public final class ReservedHeaders {
  private static final Set<String> NAMES =
      Set.of(
          "user-agent",
          "content-type",
          "content-encoding",
          "content-language",
          "content-location",
          "age",
          "cache-control",
          "clear-site-data",
          "expires",
          "pragma",
          "trailers",
          "warning");
  private static final List<String> PREFIXES =
      List.of("x-svix-", "x-amz-", "x-amzn-", "x-google", "x-goog-", "x-gfe", "x-azure-", "x-fd-");

  private ReservedHeaders() {}

  /** Throws 422 if one of the headers that a request sets is one of them. */
  public static void refuse(Fields fields, Collection<String> names) {
    for (String name : names) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (NAMES.contains(lower) || PREFIXES.stream().anyMatch(lower::startsWith)) {
        throw fields.invalid(
            "headers",
            "'" + name + "' is reserved and cannot be set; leave it out, or choose another name");
      }
    }
  }
}
