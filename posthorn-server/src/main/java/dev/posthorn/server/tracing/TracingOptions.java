package dev.posthorn.server.tracing;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The destination of traces.
 *
 * @param endpoint the collector's URL, such as {@code http://127.0.0.1:4318}; traces are posted to
 *     {@code /v1/traces} below it, as OTLP requires
 * @param headers headers for the collector, such as an API key
 * @param share the fraction of messages to trace, from 0 to 1, if their sender does not decide
 */
public record TracingOptions(String endpoint, Map<String, String> headers, double share) {
  /**
   * Returns the collector's URL without a slash at the end.
   *
   * @throws IllegalArgumentException if the URL is invalid
   */
  public static String endpoint(String text) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw notOne();
    }
    boolean isWeb = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!isWeb || uri.getHost() == null) {
      throw notOne();
    }
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  private static IllegalArgumentException notOne() {
    return new IllegalArgumentException("must be a URL like http://127.0.0.1:4318");
  }

  /**
   * Returns the headers of a text such as {@code name=value,name=value}.
   *
   * @throws IllegalArgumentException if the text is invalid
   */
  public static Map<String, String> headers(String text) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
      int equals = part.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("must be like name=value,name=value");
      }
      headers.put(part.substring(0, equals).strip(), part.substring(equals + 1).strip());
    }
    return headers;
  }

  @Override
  public String toString() {
    return "TracingOptions[share=" + share + "]"; // never the headers
  }
}
