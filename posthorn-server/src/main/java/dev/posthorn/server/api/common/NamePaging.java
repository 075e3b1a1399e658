package dev.posthorn.server.api.common;

import dev.posthorn.internal.rules.NameRules;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Query;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Paging through a list that is ordered by name. Iterators are those of {@link Paging}, with names
 * instead of ids.
 *
 * @param descending the order that the client wants
 * @param backwards whether the client pages backwards
 * @param from the name to continue from, or null for the start
 * @param limit the page size
 */
public record NamePaging(boolean descending, boolean backwards, @Nullable String from, int limit) {
  /** Prefix that escapes a name in an iterator if the name's start has a special meaning. */
  private static final String QUOTE = ".";

  private static final String BACK = "-";

  /** Reads the paging from {@code limit}, {@code iterator} and {@code order}. */
  public static NamePaging of(Query query) {
    boolean descending = query.newestFirst(false);
    String iterator = query.text("iterator");
    if (iterator == null) {
      return new NamePaging(descending, false, null, query.limit());
    }
    boolean backwards = iterator.startsWith(BACK);
    String quoted = backwards ? iterator.substring(1) : iterator;
    String name = quoted.startsWith(QUOTE) ? quoted.substring(1) : quoted;
    if (!NameRules.NAME.allows(name)) {
      throw Query.invalid("iterator", Paging.UNKNOWN);
    }
    return new NamePaging(descending, backwards, name, query.limit());
  }

  private static String quoted(String name) {
    return name.startsWith(BACK) || name.startsWith(QUOTE) ? QUOTE + name : name;
  }

  /** Returns whether to read rows in descending order: paging backwards reverses the order. */
  public boolean readDescending() {
    return descending != backwards;
  }

  /** Returns the number of rows to read: one extra row shows whether there are more. */
  public int readLimit() {
    return limit + 1;
  }

  /** Answers with a page of rows that were read accordingly. */
  public <T> Answer answer(
      List<T> rows, Function<T, String> name, BiConsumer<JsonGenerator, T> write) {
    boolean more = rows.size() > limit;
    List<T> wanted = more ? rows.subList(0, limit) : rows;
    PageWriter page = PageWriter.of(wanted, write);
    int count = page.count();
    String nearest = count == 0 ? null : quoted(name.apply(wanted.get(0)));
    String farthest = count == 0 ? null : quoted(name.apply(wanted.get(count - 1)));
    return page.answer(backwards, !more && count == wanted.size(), nearest, farthest);
  }
}
