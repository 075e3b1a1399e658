package dev.posthorn.server.tracing;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where traces go.
 *
 * @param endpoint the collector, such as {@code http://127.0.0.1:4318}; traces are posted to {@code
 *     /v1/traces} below it, as OTLP has it
 * @param headers headers for it, such as an API key
 * @param share which share of the messages is traced, from 0 to 1, if their sender does not say
 */
public record TracingOptions(String endpoint, Map<String, String> headers, double share) {
  /**
   * Reads the collector's address.
   *
   * @throws IllegalArgumentException if it is none
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
   * Reads headers: {@code name=value,name=value}.
   *
   * @throws IllegalArgumentException if they are none
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
