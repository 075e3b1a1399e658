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
 * Which page of a list that is ordered by names a client wants, and how a page is written; the
 * iterators are as {@link Paging} has them, with names for ids.
 *
 * @param descending the order that the client wants to see
 * @param backwards whether the client goes back
 * @param from the name to go on from, or null for the start
 * @param limit how many rows
 */
public record NamePaging(boolean descending, boolean backwards, @Nullable String from, int limit) {
  /** Stands before a name in an iterator, where the name's start would mean something else. */
  private static final String QUOTE = ".";

  private static final String BACK = "-";

  /** Reads it from {@code limit}, {@code iterator} and {@code order}. */
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

  /** Returns whether rows are to be read from the last name on: going back turns the order. */
  public boolean readDescending() {
    return descending != backwards;
  }

  /** Returns how many rows are to be read: one more than wanted tells whether there is more. */
  public int readLimit() {
    return limit + 1;
  }

  /** Answers with a page of rows that were read so. */
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
