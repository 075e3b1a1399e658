package dev.posthorn.transport;

import java.net.URI;
import java.util.Locale;

/**
 * Where requests of one endpoint go, parsed once from its URL.
 *
 * @param tls whether the scheme is https
 * @param host the host in lower case, without brackets: a DNS name, an IPv4 or an IPv6 address
 * @param port 1 to 65535
 * @param path the path with its query, as sent in the request line; begins with a slash
 * @param connections how many connections this endpoint may have open at most
 */
public record HttpTarget(boolean tls, String host, int port, String path, int connections) {

  /**
   * Parses an endpoint's URL.
   *
   * @throws IllegalArgumentException if the URL is not an absolute http or https URL with a host,
   *     has user-info, or port 0; the message says what is wrong and what would be right
   */
  public static HttpTarget parse(String url, int connections) {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "url: is not a valid URL ("
              + e.getMessage()
              + "); give one like https://example.com/hooks",
          e);
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException(
          "url: the scheme must be http or https; give one like https://example.com/hooks");
    }
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "url: user-info before the host is not allowed; send credentials in a custom header instead");
    }
    String host = uri.getHost();
    if (host == null || host.isEmpty()) {
      throw new IllegalArgumentException(
          "url: has no valid host; give one like https://example.com/hooks");
    }
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    boolean tls = scheme.equals("https");
    int port = uri.getPort() == -1 ? (tls ? 443 : 80) : uri.getPort();
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("url: the port must be 1 to 65535, not " + port);
    }
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    if (uri.getRawQuery() != null) {
      path += "?" + uri.getRawQuery();
    }
    return new HttpTarget(tls, host.toLowerCase(Locale.ROOT), port, path, connections);
  }

  /** Returns the authority for the Host header: without the scheme's default port. */
  public String authority() {
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port == (tls ? 443 : 80) ? name : name + ":" + port;
  }
}
