package dev.posthorn.server.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Origins whose pages may use the API, by the CORS protocol of the Fetch standard: browsers send a
 * preflight request, and show a page only answers that name its origin.
 *
 * <p>Credentials such as cookies are never allowed: the API accepts tokens only in a header.
 *
 * @param origins the origins as browsers write them, such as {@code https://app.example.com};
 *     {@code *} alone for all; empty for none
 */
public record Cors(List<String> origins) {
  /** No other origins. */
  public static final Cors NONE = new Cors(List.of());

  private static final String ANY = "*";
  private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
  private static final String SHOWN = "X-Request-Id, Retry-After";
  private static final String MAX_AGE_SECONDS = "3600";
  private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~, -]{1,2000}");

  /**
   * Parses a comma-separated list of origins.
   *
   * @throws IllegalArgumentException if an entry is not an origin
   */
  public static Cors of(String list) {
    List<String> origins = new ArrayList<>();
    for (String part : list.split(",", -1)) {
      String text = part.strip();
      if (!text.isEmpty()) {
        origins.add(text.equals(ANY) ? ANY : origin(text));
      }
    }
    if (origins.contains(ANY) && origins.size() > 1) {
      throw new IllegalArgumentException(
          "* cannot be combined with other origins; give * alone or a list of origins");
    }
    return new Cors(List.copyOf(origins));
  }

  /** Returns an origin as browsers write it: in lower case and without the default port. */
  private static String origin(String text) {
    URI uri;
    try {
      uri = URI.create(text.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw notOne(text);
    }
    String scheme = uri.getScheme();
    boolean isWeb = "https".equals(scheme) || "http".equals(scheme);
    String rest = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?");
    if (!isWeb || uri.getHost() == null || uri.getUserInfo() != null || !rest.matches("/?")) {
      throw notOne(text);
    }
    boolean isImplied = uri.getPort() == ("https".equals(scheme) ? 443 : 80);
    String port = uri.getPort() < 0 || isImplied ? "" : ":" + uri.getPort();
    return scheme + "://" + uri.getHost() + port;
  }

  private static IllegalArgumentException notOne(String text) {
    return new IllegalArgumentException(
        "\"" + text + "\" is not an origin; give one such as https://app.example.com");
  }

  /** Returns the origins that may embed a page of the server in a frame: those listed by name. */
  public List<String> frames() {
    return isAny() ? List.of() : origins;
  }

  private boolean isAny() {
    return origins.contains(ANY);
  }

  private boolean allows(@Nullable String origin) {
    return origin != null && (isAny() || origins.contains(origin));
  }

  /** Returns whether a request is a CORS preflight. */
  boolean isPreflight(HttpServerRequest request) {
    return !origins.isEmpty()
        && request.method().equals(HttpMethod.OPTIONS)
        && request.getHeader("Access-Control-Request-Method") != null
        && allows(request.getHeader("Origin"));
  }

  /** Returns the answer to a preflight, which allows all methods: tokens decide the rest. */
  static Answer preflight(@Nullable String headers) {
    Answer answer =
        Answer.empty(204)
            .with("Access-Control-Allow-Methods", METHODS)
            .with("Access-Control-Max-Age", MAX_AGE_SECONDS);
    return headers != null && NAMES.matcher(headers).matches()
        ? answer.with("Access-Control-Allow-Headers", headers)
        : answer;
  }

  /** Writes the headers that tell the browser whether the page may read the answer. */
  void write(HttpServerRequest request, HttpServerResponse response) {
    if (origins.isEmpty()) {
      return;
    }
    if (!isAny()) {
      response.putHeader("Vary", "Origin"); // even without an Origin: answers may be cached
    }
    String origin = request.getHeader("Origin");
    if (allows(origin)) {
      response.putHeader("Access-Control-Allow-Origin", isAny() ? ANY : origin);
      response.putHeader("Access-Control-Expose-Headers", SHOWN);
    }
  }
}
