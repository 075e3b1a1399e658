package dev.posthorn.spi.transport;

import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Target of an endpoint's requests, parsed once from its URL.
 *
 * @param tls whether the scheme is https
 * @param host the host in lower case, without brackets: a DNS name, an IPv4 or an IPv6 address
 * @param port 1 to 65535
 * @param path the path with its query, exactly as sent in the request line; begins with a slash
 * @param identity the endpoint's own TLS settings, or null
 */
public record HttpTarget(
    boolean tls, String host, int port, String path, @Nullable TlsIdentity identity) {

  /** The maximum number of characters of a URL. */
  public static final int MAX_LENGTH = 2048;

  private static final Pattern PATH = Pattern.compile("/[!-~]*");

  private static final String EXAMPLE = "use one like https://example.com/hooks";
  private static final Pattern NAME =
      Pattern.compile(
          "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*");
  private static final Pattern NUMERIC_LABEL = Pattern.compile("\\d+|0x[0-9a-f]*");

  /**
   * Checks the path, which goes into the request line, whatever its source.
   *
   * @throws IllegalArgumentException if the path does not begin with a slash or has characters
   *     other than visible ASCII
   */
  public HttpTarget {
    if (!PATH.matcher(path).matches()) {
      throw bad("the path must begin with a slash and have visible ASCII only");
    }
  }

  /**
   * Parses an endpoint's URL. Like browsers, it ignores surrounding whitespace and percent-encodes
   * characters of the path and query that may not be sent as they are; see {@link #path}.
   *
   * <p>URLs that parsers interpret differently are rejected: user-info, fragments, escapes in the
   * host, backslashes, control characters, and IPv4 addresses that are not four decimal numbers.
   *
   * @throws IllegalArgumentException if the URL is not an absolute http or https URL with a host,
   *     or is one of the above; the message names the problem and the remedy
   */
  public static HttpTarget parse(String url) {
    String text = url.trim(); // space and control characters
    if (text.length() > MAX_LENGTH) {
      throw bad("has " + text.length() + " characters; at most " + MAX_LENGTH + " are allowed");
    }
    refuseControls(text);
    boolean tls = isTls(text);
    int start = text.indexOf(':') + 3;
    int end = endOfAuthority(text, start);
    if (!text.startsWith("//", start - 2) || start == end) {
      throw bad("has no host; " + EXAMPLE);
    }
    String authority = text.substring(start, end);
    if (authority.indexOf('@') >= 0) {
      throw bad(
          "user-info before the host is not allowed; send credentials in a custom header instead");
    }
    int colon = authority.lastIndexOf(':');
    boolean hasPort = colon > authority.lastIndexOf(']');
    String host = host(hasPort ? authority.substring(0, colon) : authority);
    int port = port(hasPort ? authority.substring(colon + 1) : "", tls ? 443 : 80);
    return new HttpTarget(tls, host, port, RequestPath.of(text, end), null);
  }

  /**
   * Returns the normal form of a URL, which is used, stored and shown: see {@link #url}.
   *
   * @throws IllegalArgumentException if it cannot be parsed, or its normal form is too long
   */
  public static String normalize(String url) {
    String used = parse(url).url();
    if (used.length() > MAX_LENGTH) {
      throw bad(
          "has "
              + used.length()
              + " characters once non-ASCII characters are percent-encoded; at most "
              + MAX_LENGTH
              + " are allowed");
    }
    return used;
  }

  /** Returns this target with an endpoint's own TLS settings; http ignores them. */
  public HttpTarget with(TlsIdentity own) {
    return tls ? new HttpTarget(tls, host, port, path, own) : this;
  }

  /** Returns the authority for the Host header, without the scheme's default port. */
  public String authority() {
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port == (tls ? 443 : 80) ? name : name + ":" + port;
  }

  /**
   * Returns the URL of the requests: scheme and host in lower case, without the scheme's default
   * port, followed by exactly the path that is sent.
   */
  public String url() {
    return (tls ? "https://" : "http://") + authority() + path;
  }

  /**
   * Returns the address if the host is an IP address, null if it is a name that DNS must resolve.
   */
  public @Nullable InetAddress literal() {
    return Cidr.literal(host);
  }

  private static void refuseControls(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == 0x7f) {
        throw bad("is not valid (a control character at character " + i + "); remove it");
      }
    }
  }

  private static boolean isTls(String text) {
    String scheme = text.substring(0, Math.max(0, text.indexOf(':'))).toLowerCase(Locale.ROOT);
    return switch (scheme) {
      case "http" -> false;
      case "https" -> true;
      default -> throw bad("the scheme must be http or https; " + EXAMPLE);
    };
  }

  private static int endOfAuthority(String text, int start) {
    int end = start;
    while (end < text.length() && "/?#".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    return Math.max(start, end);
  }

  private static String host(String authority) {
    if (!authority.chars().allMatch(c -> c < 0x7f)) {
      throw bad("the host has characters outside ASCII; write its punycode form (xn--…)");
    }
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

  static IllegalArgumentException bad(String problem) {
    return new IllegalArgumentException("url: " + problem);
  }
}
