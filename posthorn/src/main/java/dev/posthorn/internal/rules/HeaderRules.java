package dev.posthorn.internal.rules;

import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which headers a customer may set on requests to an endpoint.
 *
 * <p>Names are tokens (RFC 9110, section 5.6.2) and values visible ASCII, spaces and tabs. Headers
 * that frame the message or belong to one connection (RFC 9110, section 7.6.1), and those that
 * carry the signature, are set by Posthorn alone. Names are compared without case.
 */
public final class HeaderRules {

  /** How many headers an endpoint may have. */
  public static final int MAX_HEADERS = 50;

  /** How many characters the names and values of an endpoint's headers may have together. */
  public static final int MAX_SIZE = 8 * 1024;

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
  private static final Set<String> SIGNATURE_PREFIXES = Set.of("webhook-", "svix-");
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private final Set<String> reserved;

  private HeaderRules(Set<String> reserved) {
    this.reserved = reserved;
  }

  /** Returns the rules that hold for every wire format. */
  public static HeaderRules standard() {
    return new HeaderRules(Set.of());
  }

  /** Returns these rules with further names that only the wire format sets. */
  public HeaderRules reserving(String... names) {
    Set<String> all = new HashSet<>(reserved);
    for (String name : names) {
      all.add(name.toLowerCase(Locale.ROOT));
    }
    return new HeaderRules(Set.copyOf(all));
  }

  /**
   * Checks all headers of an endpoint.
   *
   * @throws IllegalArgumentException if one may not be set, if two differ only in case, or if there
   *     are too many; the message names the header and what would be right
   */
  public void check(Map<String, String> headers) {
    if (headers.size() > MAX_HEADERS) {
      throw new IllegalArgumentException(
          "headers: there are " + headers.size() + "; set at most " + MAX_HEADERS);
    }
    int size = 0;
    Set<String> seen = new HashSet<>();
    for (Map.Entry<String, String> header : headers.entrySet()) {
      check(header.getKey(), header.getValue());
      if (!seen.add(header.getKey().toLowerCase(Locale.ROOT))) {
        throw bad(header.getKey(), "is set twice, in different case; keep one");
      }
      size += header.getKey().length() + header.getValue().length();
    }
    if (size > MAX_SIZE) {
      throw new IllegalArgumentException(
          "headers: names and values have "
              + size
              + " characters; at most "
              + MAX_SIZE
              + " are allowed together");
    }
  }

  /**
   * Checks one header.
   *
   * @throws IllegalArgumentException if it may not be set; the message names it and what would be
   *     right
   */
  public void check(String name, String value) {
    checkName(name);
    String lower = name.toLowerCase(Locale.ROOT);
    if (FRAMING.contains(lower) || lower.startsWith("proxy-")) {
      throw bad(name, "is set by the HTTP client; leave it out");
    }
    if (reserved.contains(lower) || startsWithAny(lower, SIGNATURE_PREFIXES)) {
      throw bad(name, "belongs to the signature and cannot be set; choose another name");
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c > '~') {
        throw bad(
            name,
            String.format(
                "has the character U+%04X in its value, at %d; use visible ASCII, spaces and tabs",
                (int) c, i));
      }
    }
    if (!value.strip().equals(value)) {
      throw bad(name, "has a value that begins or ends with white space; remove it");
    }
  }

  private static void checkName(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("headers: a name is empty; give one like X-Api-Key");
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letterOrDigit =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letterOrDigit && TOKEN_MARKS.indexOf(c) < 0) {
        throw bad(
            printable(name),
            String.format(
                "has the character U+%04X in its name; use letters, digits and %s",
                (int) c, TOKEN_MARKS));
      }
    }
  }

  private static boolean startsWithAny(String name, Collection<String> prefixes) {
    return prefixes.stream().anyMatch(name::startsWith);
  }

  private static String printable(String name) {
    return name.replaceAll("[^ -~]", "?");
  }

  private static IllegalArgumentException bad(String name, String problem) {
    return new IllegalArgumentException("headers: '" + name + "' " + problem);
  }
}
