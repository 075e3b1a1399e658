package dev.posthorn.server.http;

import dev.posthorn.internal.rules.NumberRange;
import dev.posthorn.internal.rules.Quoted;
import dev.posthorn.internal.rules.RequestRules;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters of a request, validated as they are read. A parameter without a value throws
 * 422. Unknown ones are ignored, but see {@link Filters}.
 */
public final class Query {
  private static final Query NONE = new Query(Map.of());
  private static final Pattern INDEXED = Pattern.compile("([^\\[\\]]+)\\[\\d*]");

  private final Map<String, List<String>> values;

  /** Creates a query from decoded values by name. */
  public Query(Map<String, List<String>> values) {
    this.values = values;
  }

  /**
   * Parses a query string, or null. Many libraries write a list as {@code name[]=a&name[]=b} or
   * {@code name[0]=a&name[1]=b}: both mean {@code name}.
   */
  static Query parse(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return NONE;
    }
    Map<String, List<String>> values = new HashMap<>();
    for (String pair : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
      values.computeIfAbsent(withoutIndex(name), first -> new ArrayList<>(1)).add(value);
    }
    return new Query(values);
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw ApiError.badRequest("the query has a % that is not followed by two hexadecimal digits");
    }
  }

  private static String withoutIndex(String name) {
    Matcher indexed = INDEXED.matcher(name);
    return indexed.matches() ? indexed.group(1) : name;
  }

  /** Returns the names of all parameters. */
  Set<String> names() {
    return values.keySet();
  }

  /** Returns a parameter's value, or null if it is missing. */
  public @Nullable String text(String name) {
    List<String> all = values.getOrDefault(name, List.of());
    if (all.isEmpty()) {
      return null;
    }
    String first = all.getFirst();
    if (!all.stream().allMatch(first::equals)) {
      throw invalid(name, "has several values; send one");
    }
    return present(name, first);
  }

  private static String present(String name, String value) {
    if (value.isEmpty()) {
      throw invalid(name, "has no value; give one, or leave it out");
    }
    return value;
  }

  /** Returns all values of a parameter, which may be repeated or comma-separated. */
  public Set<String> set(String name) {
    Set<String> set = new LinkedHashSet<>();
    for (String value : values.getOrDefault(name, List.of())) {
      for (String part : value.split(",", -1)) {
        set.add(present(name, part));
      }
    }
    return set;
  }

  /** Returns a boolean parameter. */
  public boolean flag(String name, boolean otherwise) {
    String text = text(name);
    if (text == null) {
      return otherwise;
    }
    return switch (text) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw invalid(name, "must be true or false, not " + Quoted.of(text));
    };
  }

  /** Returns a whole number in a range, or null if it is missing. */
  public @Nullable Integer number(String name, NumberRange range) {
    String text = text(name);
    if (text == null) {
      return null;
    }
    try {
      int number = Integer.parseInt(text);
      if (range.contains(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below.
    }
    throw invalid(name, "must be " + range.allowed() + ", but is " + Quoted.of(text));
  }

  /** Returns the requested page size. */
  public int limit() {
    Integer limit = number("limit", RequestRules.PAGE);
    return limit == null ? RequestRules.DEFAULT_PAGE : limit;
  }

  /** Returns whether the client wants a list newest first. */
  public boolean newestFirst(boolean otherwise) {
    String order = text("order");
    if (order == null) {
      return otherwise;
    }
    return switch (order) {
      case "ascending" -> false;
      case "descending" -> true;
      default -> throw invalid("order", "must be ascending or descending, not " + Quoted.of(order));
    };
  }

  /** Returns a time (RFC 3339), or null if it is missing. */
  public @Nullable Instant time(String name) {
    String text = text(name);
    try {
      // In a query, an unencoded plus sign arrives as a space.
      return text == null ? null : Times.parse(text.replace(' ', '+'));
    } catch (DateTimeException e) {
      throw invalid(
          name, "must be a time such as 2026-01-31T12:00:00Z (RFC 3339), not " + Quoted.of(text));
    }
  }

  /** Returns 422 for a parameter. */
  public static ApiError invalid(String name, String problem) {
    List<String> loc = new ArrayList<>(2);
    loc.add("query");
    loc.add(name);
    return ApiError.invalid(loc, problem);
  }
}
