package dev.posthorn.transport;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where requests of one endpoint go, parsed once from its URL.
 *
 * @param tls whether the scheme is https
 * @param host the host in lower case, without brackets: a DNS name, an IPv4 or an IPv6 address
 * @param port 1 to 65535
 * @param path the path with its query, as sent in the request line; begins with a slash
 * @param identity what it has of its own for TLS, or null
 */
public record HttpTarget(
    boolean tls, String host, int port, String path, @Nullable TlsIdentity identity) {

  /** How many characters a URL may have. */
  public static final int MAX_LENGTH = 2048;

  private static final Pattern PATH = Pattern.compile("/[!-~]*");

  private static final String EXAMPLE = "give one like https://example.com/hooks";
  private static final Pattern NAME =
      Pattern.compile(
          "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*");
  private static final Pattern NUMERIC_LABEL = Pattern.compile("\\d+|0x[0-9a-f]*");

  /**
   * Checks what goes into the request line, however it was come by.
   *
   * @throws IllegalArgumentException if the path does not begin with a slash or has other than
   *     visible ASCII
   */
  public HttpTarget {
    if (!PATH.matcher(path).matches()) {
      throw bad("the path must begin with a slash and have visible ASCII only");
    }
  }

  /**
   * Parses an endpoint's URL.
   *
   * <p>What other parsers read in more than one way is refused: user-info, fragments, escapes in
   * the host, and IPv4 addresses that are not four decimal numbers.
   *
   * @throws IllegalArgumentException if the URL is not an absolute http or https URL with a host,
   *     or is one of the above; the message says what is wrong and what would be right
   */
  public static HttpTarget parse(String url) {
    if (url.length() > MAX_LENGTH) {
      throw bad("has " + url.length() + " characters; at most " + MAX_LENGTH + " are allowed");
    }
    URI uri = uri(url);
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw bad("the scheme must be http or https; " + EXAMPLE);
    }
    if (uri.getRawFragment() != null) {
      throw bad("a fragment (#…) is never sent to a server; remove it");
    }
    String authority = uri.getRawAuthority();
    if (authority == null) {
      throw bad("has no host; " + EXAMPLE);
    }
    if (authority.indexOf('@') >= 0) {
      throw bad(
          "user-info before the host is not allowed; send credentials in a custom header instead");
    }
    boolean tls = scheme.equals("https");
    int colon = authority.lastIndexOf(':');
    boolean hasPort = colon > authority.lastIndexOf(']');
    String host = host(hasPort ? authority.substring(0, colon) : authority);
    int port = port(hasPort ? authority.substring(colon + 1) : "", tls ? 443 : 80);
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    if (uri.getRawQuery() != null) {
      path += "?" + uri.getRawQuery();
    }
    return new HttpTarget(tls, host, port, path, null);
  }

  /** Returns this target with what an endpoint has of its own for TLS; http has no use for it. */
  public HttpTarget with(TlsIdentity own) {
    return tls ? new HttpTarget(tls, host, port, path, own) : this;
  }

  /** Returns the authority for the Host header: without the scheme's default port. */
  public String authority() {
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port == (tls ? 443 : 80) ? name : name + ":" + port;
  }

  /** Returns the address if the host is one, null if it is a name that DNS must resolve. */
  public @Nullable InetAddress literal() {
    return Cidr.literal(host);
  }

  private static URI uri(String url) {
    try {
      URI uri = new URI(url);
      String authority = uri.getRawAuthority();
      if (authority != null && !authority.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
        throw bad("the host has characters outside ASCII; write its punycode form (xn--…)");
      }
      // Escapes what is outside ASCII in the path and the query.
      return new URI(uri.toASCIIString());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "url: is not valid (" + e.getReason() + " at character " + e.getIndex() + "); " + EXAMPLE,
          e);
    }
  }

  private static String host(String authority) {
    String host = authority.toLowerCase(Locale.ROOT);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
      if (host.indexOf('%') >= 0) {
        throw bad("an IPv6 zone (%…) is not allowed; write the address alone");
      }
      if (host.indexOf(':') < 0 || Cidr.literal(host) == null) {
        throw bad("'" + host + "' is not an IPv6 address");
      }
      return host;
    }
    if (host.indexOf('%') >= 0) {
      throw bad("the host has escapes (%…); write it plainly");
    }
    if (host.endsWith(".")) {
      throw bad("the host ends with a dot; remove it");
    }
    if (host.length() > 253 || !NAME.matcher(host).matches()) {
      throw bad("has no valid host; " + EXAMPLE);
    }
    // A last label that is a number makes the host an IPv4 address (WHATWG URL, "ends in a
    // number").
    if (NUMERIC_LABEL.matcher(host.substring(host.lastIndexOf('.') + 1)).matches()
        && Cidr.literal(host) == null) {
      throw bad(
          "the host is a number; write an IPv4 address as four decimal numbers, like 192.0.2.1");
    }
    return host;
  }

  private static int port(String text, int otherwise) {
    if (text.isEmpty()) {
      return otherwise;
    }
    int port = text.matches("\\d{1,5}") ? Integer.parseInt(text) : 0;
    if (port < 1 || port > 65535) {
      throw bad("the port must be 1 to 65535, not " + text);
    }
    return port;
  }

  private static IllegalArgumentException bad(String problem) {
    return new IllegalArgumentException("url: " + problem);
  }
}
