package dev.posthorn.server.api.common;

import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.rules.RequestRules;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Fields;
import dev.posthorn.server.http.Query;
import dev.posthorn.spi.store.PageRequest;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Which page of a list a client wants, and how a page is written.
 *
 * <p>An iterator is the id of the last row that was given; with a dash before it, that of the first
 * one, to go back. {@code done} says that there is nothing more in the direction that was taken.
 *
 * @param newestFirst the order that the client wants to see
 * @param backwards whether the client goes back
 * @param from the id to go on from, or 0 for the start
 * @param limit how many rows
 */
public record Paging(boolean newestFirst, boolean backwards, long from, int limit) {
  /** Says that an iterator cannot be one. */
  static final String UNKNOWN = "is none that a list gave; leave it out to begin anew";

  /** Reads it from {@code limit}, {@code iterator} and {@code order}. */
  public static Paging of(Query query, ApiSupport desk, IdPrefix prefix, boolean newestFirst) {
    boolean order = query.newestFirst(newestFirst);
    return of(
        order,
        query.text("iterator"),
        query.limit(),
        iterator -> desk.parse(prefix, iterator),
        problem -> Query.invalid("iterator", problem));
  }

  /** Reads it from the {@code limit} and {@code iterator} of a body; newest first. */
  public static Paging of(Fields fields, ApiSupport desk, IdPrefix prefix) {
    Long limit = fields.numberOrNull("limit", RequestRules.PAGE);
    return of(
        true,
        fields.textOrNull("iterator"),
        limit == null ? RequestRules.DEFAULT_PAGE : limit.intValue(),
        iterator -> desk.parse(prefix, iterator),
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

  /** Returns whether rows are to be read from the newest on: going back turns the order. */
  boolean readNewestFirst() {
    return newestFirst != backwards;
  }

  /** Returns what is to be read, one row more than wanted: that one tells whether there is more. */
  public PageRequest listing() {
    return listing(Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /** Returns what is to be read between two ids (both exclusive). */
  public PageRequest listing(long after, long before) {
    boolean down = readNewestFirst();
    long lower = from == 0 || down ? after : Math.max(after, from);
    long upper = from == 0 || !down ? before : Math.min(before, from);
    return new PageRequest(lower, upper, down, limit + 1);
  }

  /**
   * Answers with a page of rows that were read by {@link #listing}.
   *
   * @param rows as read, perhaps one more than wanted
   * @param id a row's id
   * @param publicId an id as clients see it
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
   * Answers with a page of a list that looks at a bounded number of rows: it may be short, or even
   * empty, and not the last.
   *
   * @param rows as read
   * @param next the id that reading goes on from, or 0 if there is nothing more
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
