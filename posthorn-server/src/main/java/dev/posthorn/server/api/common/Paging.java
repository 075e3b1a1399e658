package dev.posthorn.server.api.common;

import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.rules.RequestRules;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Fields;
import dev.posthorn.server.http.Query;
import dev.posthorn.spi.store.reads.PageRequest;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Paging through a list that is ordered by id.
 *
 * <p>An iterator is the id of the last row returned or, with a leading dash, of the first one, to
 * page backwards. {@code done} means that there are no more rows in the direction of paging.
 *
 * @param newestFirst the order that the client wants
 * @param backwards whether the client pages backwards
 * @param from the id to continue from, or 0 for the start
 * @param limit the page size
 */
public record Paging(boolean newestFirst, boolean backwards, long from, int limit) {
  /** Problem of an invalid iterator. */
  static final String UNKNOWN =
      "is not an iterator that a list returned; leave it out to start from the beginning";

  /** Reads the paging from {@code limit}, {@code iterator} and {@code order}. */
  public static Paging of(Query query, ApiSupport api, IdPrefix prefix, boolean newestFirst) {
    boolean order = query.newestFirst(newestFirst);
    return of(
        order,
        query.text("iterator"),
        query.limit(),
        iterator -> api.parse(prefix, iterator),
        problem -> Query.invalid("iterator", problem));
  }

  /** Reads the paging from {@code limit} and {@code iterator} of a body; newest first. */
  public static Paging of(Fields fields, ApiSupport api, IdPrefix prefix) {
    Long limit = fields.numberOrNull("limit", RequestRules.PAGE);
    return of(
        true,
        fields.textOrNull("iterator"),
        limit == null ? RequestRules.DEFAULT_PAGE : limit.intValue(),
        iterator -> api.parse(prefix, iterator),
        problem -> fields.invalid("iterator", problem));
  }

  private static Paging of(
      boolean newestFirst,
      @Nullable String iterator,
      int limit,
      Function<String, OptionalLong> ids,
      Function<String, ApiError> invalid) {
    if (iterator == null) {
      return new Paging(newestFirst, false, 0, limit);
    }
    boolean backwards = iterator.startsWith("-");
    OptionalLong from = ids.apply(backwards ? iterator.substring(1) : iterator);
    if (from.isEmpty()) {
      throw invalid.apply(UNKNOWN);
    }
    return new Paging(newestFirst, backwards, from.getAsLong(), limit);
  }

  /** Returns whether to read rows newest first: paging backwards reverses the order. */
  boolean readNewestFirst() {
    return newestFirst != backwards;
  }

  /** Returns the rows to read; one extra row shows whether there are more. */
  public PageRequest listing() {
    return listing(Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /** Returns the rows to read between two ids (both exclusive). */
  public PageRequest listing(long after, long before) {
    boolean down = readNewestFirst();
    long lower = from == 0 || down ? after : Math.max(after, from);
    long upper = from == 0 || !down ? before : Math.min(before, from);
    return new PageRequest(lower, upper, down, limit + 1);
  }

  /**
   * Answers with a page of rows that were read by {@link #listing}.
   *
   * @param rows the rows read, possibly one more than the page size
   * @param id returns a row's id
   * @param publicId returns the public form of an id
   * @param write writes a row's properties
   */
  public <T> Answer answer(
      List<T> rows,
      ToLongFunction<T> id,
      Function<Long, String> publicId,
      BiConsumer<JsonGenerator, T> write) {
    boolean more = rows.size() > limit;
    List<T> wanted = more ? rows.subList(0, limit) : rows;
    return answer(wanted, more ? id.applyAsLong(wanted.get(limit - 1)) : 0, id, publicId, write);
  }

  /**
   * Answers with a page of a list that examines a bounded number of rows: a page may be short or
   * even empty without being the last.
   *
   * @param rows the rows read
   * @param next the id from which reading continues, or 0 if there are no more rows
   */
  public <T> Answer answer(
      List<T> rows,
      long next,
      ToLongFunction<T> id,
      Function<Long, String> publicId,
      BiConsumer<JsonGenerator, T> write) {
    PageWriter page = PageWriter.of(rows, write);
    int count = page.count();
    String nearest = count == 0 ? null : publicId.apply(id.applyAsLong(rows.get(0)));
    String farthest = count == 0 ? null : publicId.apply(id.applyAsLong(rows.get(count - 1)));
    boolean done = next == 0 && count == rows.size();
    if (next != 0 && count == rows.size()) {
      farthest = publicId.apply(next);
    }
    return page.answer(backwards, done, nearest, farthest);
  }
}
