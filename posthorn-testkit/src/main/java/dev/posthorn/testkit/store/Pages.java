package dev.posthorn.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.store.reads.AttemptQuery;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.reads.Reads;
import dev.posthorn.spi.store.reads.TaskQuery;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.TaskRow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Reads of lists that a store may end early. A page may be short, or even empty, without being the
 * last one, for example on a slow machine; so these read on until the limit is reached.
 */
final class Pages {
  private Pages() {}

  /** Returns the messages of a query up to its limit, as one page. */
  static Page<MessageRow> of(PartitionReads reads, MessageQuery query) {
    return read(
        query.page(),
        page -> reads.messages(new MessageQuery(query.application(), page, query.filter())));
  }

  /** Returns the attempts of a query up to its limit, as one page. */
  static Page<AttemptRow> of(PartitionReads reads, AttemptQuery query) {
    return read(
        query.page(),
        page ->
            reads.attempts(
                new AttemptQuery(query.endpoint(), query.message(), page, query.filter())));
  }

  /** Returns the tasks of a query up to its limit, as one page. */
  static Page<TaskRow> of(Reads reads, TaskQuery query) {
    return read(
        query.page(),
        page ->
            reads.tasks(new TaskQuery(query.environment(), page, query.type(), query.status())));
  }

  /** Returns a whole list, read in pages of at most {@code request.limit()} rows. */
  static <T> List<T> all(PageRequest request, Function<PageRequest, Page<T>> list) {
    List<T> rows = new ArrayList<>();
    PageRequest next = request;
    Page<T> page;
    do {
      page = next(next, list);
      rows.addAll(page.rows());
      next = next.next(page.next());
    } while (!page.done());
    return rows;
  }

  private static <T> Page<T> read(PageRequest request, Function<PageRequest, Page<T>> list) {
    List<T> rows = new ArrayList<>();
    PageRequest left = request;
    while (true) {
      Page<T> page = next(left, list);
      rows.addAll(page.rows());
      if (page.done() || rows.size() == request.limit()) {
        return new Page<>(rows, page.next());
      }
      left = left.next(page.next()).withLimit(request.limit() - rows.size());
    }
  }

  /** Reads one page, and checks that it is within its bounds and leads further. */
  private static <T> Page<T> next(PageRequest request, Function<PageRequest, Page<T>> list) {
    Page<T> page = list.apply(request);
    assertThat(page.rows()).hasSizeLessThanOrEqualTo(request.limit());
    if (!page.done()) {
      assertThat(page.next()).isGreaterThan(request.after()).isLessThan(request.before());
    }
    return page;
  }
}
