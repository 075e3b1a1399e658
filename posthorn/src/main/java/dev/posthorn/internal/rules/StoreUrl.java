package dev.posthorn.internal.rules;

import dev.posthorn.PosthornException;
import java.util.Locale;

/** URLs of PostgreSQL databases. */
public final class StoreUrl {
  private static final String JDBC = "jdbc:";

  private StoreUrl() {}

  /** Returns whether a text begins as the URL of a PostgreSQL database does. */
  public static boolean isPostgresql(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.startsWith("postgresql:")
        || lower.startsWith("postgres:")
        || (lower.startsWith(JDBC) && lower.contains(":postgresql:"));
  }

  /**
   * Returns the JDBC URL for the URL of a database, with or without {@code jdbc:} in front.
   *
   * @throws PosthornException with INVALID if it is the URL of something else
   */
  public static String jdbc(String url) {
    if (!isPostgresql(url)) {
      throw PosthornException.invalid(
          "url", "is not one of PostgreSQL; use postgresql://HOST/DATABASE?user=…&password=…");
    }
    String lower = url.toLowerCase(Locale.ROOT);
    if (lower.startsWith(JDBC)) {
      return url;
    }
    return moved(JDBC + "postgresql" + url.substring(url.indexOf(':')));
  }

  /**
   * Moves user and password from before the host, where other drivers take them, to the parameters.
   */
  private static String moved(String url) {
    int start = url.indexOf("//");
    int at = start < 0 ? -1 : url.substring(0, endOfHost(url, start + 2)).lastIndexOf('@');
    if (at < start + 2) {
      return url;
    }
    String[] parts = url.substring(start + 2, at).split(":", 2);
    String rest = url.substring(0, start + 2) + url.substring(at + 1);
    String parameters =
        "user="
            + parameter(parts[0])
            + (parts.length == 2 ? "&password=" + parameter(parts[1]) : "");
    return rest + (rest.indexOf('?') < 0 ? "?" : "&") + parameters;
  }

  private static int endOfHost(String url, int start) {
    for (int i = start; i < url.length(); i++) {
      if (url.charAt(i) == '/' || url.charAt(i) == '?') {
        return i;
      }
    }
    return url.length();
  }

  /** Returns a user or a password as a parameter, where + is a space and & ends it. */
  private static String parameter(String part) {
    return part.replace("+", "%2B").replace("&", "%26");
  }

  /** Returns a JDBC URL without its parameters, which may have the password. */
  public static String shown(String url) {
    int end = url.indexOf('?');
    String place = end < 0 ? url : url.substring(0, end);
    int start = place.indexOf("//");
    int at = place.lastIndexOf('@');
    return start >= 0 && at > start
        ? place.substring(0, start + 2) + place.substring(at + 1)
        : place;
  }
}
