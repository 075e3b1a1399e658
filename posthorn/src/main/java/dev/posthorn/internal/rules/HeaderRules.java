package dev.posthorn.internal.rules;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rules for the custom headers of requests to an endpoint.
 *
 * <p>Names are tokens (RFC 9110, section 5.6.2) and values visible ASCII, spaces and tabs. Headers
 * that frame the message or belong to one connection (RFC 9110, section 7.6.1), and those that
 * carry the signature, are set by Posthorn alone. Names are case-insensitive.
 */
public final class HeaderRules {
  /** Maximum number of headers of an endpoint. */
  public static final int MAX_HEADERS = 50;

  /** Maximum number of characters of the names and values of an endpoint's headers together. */
  public static final int MAX_TOGETHER = 8 * 1024;

  private static final Set<String> FRAMING =
      Set.of(
          "connection",
          "keep-alive",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "host",
          "content-length",
          "expect",
          "http2-settings");
  private static final List<String> FRAMING_PREFIXES = List.of("proxy-");
  private static final List<String> SIGNATURE_PREFIXES = List.of("webhook-", "svix-");
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  /** Headers that clients of the server must not set either, as with the Svix server. */
  private static final Set<String> CLIENT_NAMES =
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

  private static final List<String> CLIENT_PREFIXES =
      List.of("x-svix-", "x-amz-", "x-amzn-", "x-google", "x-goog-", "x-gfe", "x-azure-", "x-fd-");

  private static final HeaderRules HOST = new HeaderRules(SIGNATURE_PREFIXES, Set.of(), List.of());
  private static final HeaderRules CLIENTS =
      new HeaderRules(SIGNATURE_PREFIXES, CLIENT_NAMES, CLIENT_PREFIXES);

  private final List<String> signaturePrefixes;
  private final Set<String> reserved;
  private final List<String> reservedPrefixes;

  private HeaderRules(
      List<String> signaturePrefixes, Set<String> reserved, List<String> reservedPrefixes) {
    this.signaturePrefixes = signaturePrefixes;
    this.reserved = reserved;
    this.reservedPrefixes = reservedPrefixes;
  }

  /** Returns the rules for a program that embeds the library. */
  public static HeaderRules ofHost() {
    return HOST;
  }

  /**
   * Returns the rules for clients of the server, who may be anyone's customers. They must not set
   * headers that describe the body or the sender, that caches and proxies evaluate, or that cloud
   * providers reserve for themselves.
   */
  public static HeaderRules ofClients() {
    return CLIENTS;
  }

  /** Returns the rules for a program whose wire format sets headers with a prefix. */
  public static HeaderRules reserving(String prefix) {
    List<String> prefixes = new ArrayList<>(SIGNATURE_PREFIXES);
    prefixes.add(prefix.toLowerCase(Locale.ROOT));
    return new HeaderRules(List.copyOf(prefixes), Set.of(), List.of());
  }

  /** Returns the problem with all headers of an endpoint, or null. */
  public @Nullable String problem(Map<String, String> headers) {
    if (headers.size() > MAX_HEADERS) {
      return "must be at most "
          + MAX_HEADERS
          + " headers, but there are "
          + headers.size()
          + "; leave some out";
    }
    int together = 0;
    Set<String> seen = new HashSet<>();
    for (Map.Entry<String, String> header : headers.entrySet()) {
      String problem = problem(header.getKey(), header.getValue());
      if (problem != null) {
        return problem;
      }
      if (!seen.add(header.getKey().toLowerCase(Locale.ROOT))) {
        return named(header.getKey(), "is set twice, in different case; keep one");
      }
      together += header.getKey().length() + header.getValue().length();
    }
    return together <= MAX_TOGETHER
        ? null
        : "must have at most "
            + MAX_TOGETHER
            + " characters in names and values together, but have "
            + together
            + "; shorten them";
  }

  /** Returns the problem with one header, or null. */
  public @Nullable String problem(String name, String value) {
    String problem = nameProblem(name);
    if (problem != null) {
      return problem;
    }
    problem = reservedProblem(name.toLowerCase(Locale.ROOT));
    if (problem == null) {
      problem = valueProblem(value);
    }
    return problem == null ? null : named(name, problem);
  }

  private static @Nullable String nameProblem(String name) {
    if (name.isEmpty()) {
      return "must not have an empty name; use one such as X-Api-Key";
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letterOrDigit =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letterOrDigit && TOKEN_MARKS.indexOf(c) < 0) {
        return named(
            name.replaceAll("[^ -~]", "?"),
            String.format(
                Locale.ROOT,
                "must not have the character U+%04X in its name; use letters, digits and %s",
                (int) c,
                TOKEN_MARKS));
      }
    }
    return null;
  }

  private @Nullable String reservedProblem(String lower) {
    if (FRAMING.contains(lower) || startsWithAny(lower, FRAMING_PREFIXES)) {
      return "is set by the HTTP client; leave it out";
    }
    if (startsWithAny(lower, signaturePrefixes)) {
      return "belongs to the signature and cannot be set; choose another name";
    }
    return reserved.contains(lower) || startsWithAny(lower, reservedPrefixes)
        ? "is reserved and cannot be set; leave it out, or choose another name"
        : null;
  }

  private static @Nullable String valueProblem(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c > '~') {
        return String.format(
            Locale.ROOT,
            "must not have the character U+%04X in its value, at %d; use visible ASCII, spaces and"
                + " tabs",
            (int) c,
            i);
      }
    }
    return value.strip().equals(value)
        ? null
        : "must not have white space at the start or end of its value; remove it";
  }

  private static boolean startsWithAny(String name, List<String> prefixes) {
    return prefixes.stream().anyMatch(name::startsWith);
  }

  private static String named(String name, String problem) {
    return "'" + Quoted.start(name) + "' " + problem;
  }
}
