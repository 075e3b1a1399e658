package dev.posthorn.internal.postgresql.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PageScanTest {
  private static final int LARGEST_CHUNK = 512;

  /** A clock on which a second passes between two looks. */
  private long nanos;

  private long nanoTime() {
    nanos += TimeUnit.SECONDS.toNanos(1);
    return nanos;
  }

  /** Reads a page of the rows 1 to {@code rows}, on a machine that takes forever. */
  private Page<Long> page(int rows, PageRequest request, LongPredicate filter) throws SQLException {
    PageScan.Source<Long> source =
        range -> chunk(LongStream.rangeClosed(1, rows).boxed().toList(), range, filter);
    return new PageScan<>(source, request, LARGEST_CHUNK, this::nanoTime).run();
  }

  private static List<PageScan.Entry<Long>> chunk(
      List<Long> all, PageRequest range, LongPredicate filter) {
    return all.stream()
        .filter(id -> id > range.after() && id < range.before())
        .limit(range.limit())
        .map(id -> new PageScan.Entry<>(id, () -> filter.test(id) ? id : null))
        .toList();
  }

  @Test
  void aPageThatNeedsOneChunkIsWholeHoweverLongItTakes() throws SQLException {
    Page<Long> page = page(10, PageRequest.oldest(10), id -> id % 2 == 0);
    assertThat(page.rows()).containsExactly(2L, 4L, 6L, 8L, 10L);
    assertThat(page.done()).isTrue();

    Page<Long> full = page(30, PageRequest.oldest(10), id -> true);
    assertThat(full.rows()).hasSize(10);
    assertThat(full.next()).isEqualTo(10);
  }

  @Test
  void aPageEndsWithTheChunkThatTookTooLong() throws SQLException {
    Page<Long> first = page(1_000, PageRequest.oldest(10), id -> id == 500);
    assertThat(first.rows()).isEmpty();
    assertThat(first.next()).isEqualTo(11);

    PageRequest request = PageRequest.oldest(10);
    Page<Long> page = first;
    while (page.rows().isEmpty()) {
      request = request.next(page.next());
      page = page(1_000, request, id -> id == 500);
    }
    assertThat(page.rows()).containsExactly(500L);
  }
}
