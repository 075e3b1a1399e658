package dev.posthorn.server.http;

import dev.posthorn.internal.rules.Quoted;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Refuses what looks like a filter and is none: a list that ignored it would have everything on it,
 * and a script that works through that list would do so with everything.
 *
 * <p>A query parameter that an operation does not have looks like a filter if it is spelled like
 * one of another operation, whatever its case, separators and plural; if it is named like a field
 * of what is listed; if it begins with a word such as {@code exclude}; or if it is nested. Others
 * are ignored: clients add what is not for the server, such as the time to get round a cache.
 */
final class Filters {
  /** What narrows nothing. */
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

  /** Learns the filters of all operations. */
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

  /** Throws 422 if a list, a count or a sum is asked for by what it does not know. */
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
            "is no parameter of this operation; it has " + String.join(", ", names));
      }
    }
  }

  private boolean looksLikeFilter(String name) {
    return !FORM.contains(name)
        && (name.indexOf('[') >= 0
            || WORD.matcher(name.toLowerCase(Locale.ROOT)).matches()
            || known.contains(plain(name)));
  }

  /** Returns a name without what people spell differently. */
  private static String plain(String name) {
    String letters = NO_LETTERS.matcher(name.toLowerCase(Locale.ROOT)).replaceAll("");
    return PLURAL.matcher(letters).replaceFirst("");
  }
}
