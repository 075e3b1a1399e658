package dev.posthorn.server.http;

import dev.posthorn.internal.rules.Quoted;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Rejects unknown query parameters that look like filters: ignoring one would return everything,
 * and a script that processes the list would process everything.
 *
 * <p>An unknown parameter looks like a filter if it is spelled like a filter of another operation,
 * regardless of case, separators and plural; if it has the name of a field of the listed objects;
 * if it begins with a word such as {@code exclude}; or if it is nested. Others are ignored: clients
 * add parameters of their own, for example to bypass a cache.
 */
final class Filters {
  /** Parameters that do not filter. */
  private static final Set<String> FORM =
      Set.of(
          "limit",
          "iterator",
          "order",
          "period",
          "with_content",
          "with_msg",
          "expanded_statuses",
          "get_if_exists",
          "expunge");

  private static final List<String> FIELDS =
      List.of("id", "uid", "name", "type", "event", "endpoint", "url", "state", "disabled");

  private static final Pattern WORD = Pattern.compile("(exclude|include|filter).*|only|where");
  private static final Pattern NO_LETTERS = Pattern.compile("[^a-z]");
  private static final Pattern PLURAL = Pattern.compile("[es]+$");

  private final Set<String> known = new HashSet<>();

  /** Collects the filters of all operations. */
  Filters(List<Operation> operations) {
    FIELDS.forEach(field -> known.add(plain(field)));
    for (Operation operation : operations) {
      for (Operation.Param param : operation.docs().query()) {
        if (isFilter(param)) {
          known.add(plain(param.name()));
        }
      }
    }
  }

  private static boolean isFilter(Operation.Param param) {
    return param.in().equals("query") && !FORM.contains(param.name());
  }

  /** Throws 422 if a list, count or sum is requested with an unknown filter. */
  void check(Operation operation, Query query) {
    if (query.names().isEmpty() || !operation.method().equals("GET")) {
      return;
    }
    List<Operation.Param> params = operation.docs().query();
    boolean selects =
        params.stream().anyMatch(param -> isFilter(param) || param.name().equals("limit"));
    if (!selects) {
      return;
    }
    List<String> names = params.stream().map(Operation.Param::name).toList();
    for (String name : query.names()) {
      if (!names.contains(name) && looksLikeFilter(name)) {
        throw Query.invalid(
            Quoted.start(name),
            "is not a parameter of this operation; it accepts " + String.join(", ", names));
      }
    }
  }

  private boolean looksLikeFilter(String name) {
    return !FORM.contains(name)
        && (name.indexOf('[') >= 0
            || WORD.matcher(name.toLowerCase(Locale.ROOT)).matches()
            || known.contains(plain(name)));
  }

  /** Returns a name without case, separators and plural endings. */
  private static String plain(String name) {
    String letters = NO_LETTERS.matcher(name.toLowerCase(Locale.ROOT)).replaceAll("");
    return PLURAL.matcher(letters).replaceFirst("");
  }
}
