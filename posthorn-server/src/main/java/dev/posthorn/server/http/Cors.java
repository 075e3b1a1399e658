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
 * The pages of other origins that may use the API, as the CORS protocol of the Fetch standard has
 * it: browsers ask first (a preflight), and give a page only the answers that name its origin.
 *
 * <p>Cookies and the like are never allowed along: the API knows tokens in a header alone.
 *
 * @param origins the origins as browsers write them, such as {@code https://app.example.com}; or
 *     {@code *} alone for all; empty for none
 */
public record Cors(List<String> origins) {
  /** No page of another origin. */
  public static final Cors NONE = new Cors(List.of());

  private static final String ANY = "*";
  private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
  private static final String SHOWN = "X-Request-Id, Retry-After";
  private static final String MAX_AGE_SECONDS = "3600";
  private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~, -]{1,2000}");

  /**
   * Reads a list of origins, separated by commas.
   *
   * @throws IllegalArgumentException if one is no origin
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
      throw new IllegalArgumentException("give * alone, or the origins that may");
    }
    return new Cors(List.copyOf(origins));
  }

  /** Returns an origin as browsers write it: in lower case, without a port that goes by itself. */
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
        "\"" + text + "\" is no origin; give one like https://app.example.com");
  }

  /** Returns the origins that may show a page of the server in a frame: those that are named. */
  public List<String> frames() {
    return isAny() ? List.of() : origins;
  }

  private boolean isAny() {
    return origins.contains(ANY);
  }

  private boolean allows(@Nullable String origin) {
    return origin != null && (isAny() || origins.contains(origin));
  }

  /** Returns whether a request only asks whether a page may send another one. */
  boolean isPreflight(HttpServerRequest request) {
    return !origins.isEmpty()
        && request.method().equals(HttpMethod.OPTIONS)
        && request.getHeader("Access-Control-Request-Method") != null
        && allows(request.getHeader("Origin"));
  }

  /** Returns the answer to a preflight: whatever the API has, tokens decide the rest. */
  static Answer preflight(@Nullable String headers) {
    Answer answer =
        Answer.empty(204)
            .with("Access-Control-Allow-Methods", METHODS)
            .with("Access-Control-Max-Age", MAX_AGE_SECONDS);
    return headers != null && NAMES.matcher(headers).matches()
        ? answer.with("Access-Control-Allow-Headers", headers)
        : answer;
  }

  /** Says in an answer whether the page that asks may see it. */
  void write(HttpServerRequest request, HttpServerResponse response) {
    if (origins.isEmpty()) {
      return;
    }
    if (!isAny()) {
      response.putHeader("Vary", "Origin"); // also if there is none: answers may be kept
    }
    String origin = request.getHeader("Origin");
    if (allows(origin)) {
      response.putHeader("Access-Control-Allow-Origin", isAny() ? ANY : origin);
      response.putHeader("Access-Control-Expose-Headers", SHOWN);
    }
  }
}
