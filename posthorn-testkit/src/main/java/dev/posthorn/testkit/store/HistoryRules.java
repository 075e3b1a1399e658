package dev.posthorn.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.spi.store.reads.AttemptFilter;
import dev.posthorn.spi.store.reads.AttemptQuery;
import dev.posthorn.spi.store.reads.MessageFilter;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Lists of messages and attempts are complete, ordered, filtered, and come in bounded pages. */
interface HistoryRules extends StoreRules {

  /** Returns all messages of an application, oldest first, page by page. */
  static List<MessageRow> messages(PartitionReads store, long application) {
    return Pages.all(
        PageRequest.oldest(1_000),
        page -> store.messages(new MessageQuery(application, page, MessageFilter.NONE)));
  }

  /** Returns all attempts of an endpoint, newest first, page by page. */
  static List<AttemptRow> attempts(PartitionReads store, long endpoint) {
    return Pages.all(
        PageRequest.newest(1_000),
        page -> store.attempts(new AttemptQuery(endpoint, 0, page, AttemptFilter.NONE)));
  }

  private Page<MessageRow> list(
      long after, long before, boolean newestFirst, int limit, @Nullable String channel) {
    return Pages.of(
        reads(),
        new MessageQuery(
            Rows.APPLICATION,
            new PageRequest(after, before, newestFirst, limit),
            MessageFilter.of(Set.of(), channel)));
  }

  private static List<Long> ids(Page<MessageRow> page) {
    return page.rows().stream().map(MessageRow::id).toList();
  }

  @Test
  default void listsShowOneApplicationWithoutBodies() {
    MessageRow mine = Rows.message(1, 5);
    commit(
        b -> {
          b.messages.add(mine);
          b.messages.add(Rows.message(2, Rows.application(8), "invoice.paid"));
        });
    Page<MessageRow> page = list(Long.MIN_VALUE, Long.MAX_VALUE, true, 10, null);
    assertThat(page.rows())
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(mine.withoutBody());
    assertThat(page.done()).isTrue();
  }

  @Test
  default void pagesGoOnWhereTheLastEnded() {
    commit(
        b -> {
          for (int i = 1; i <= 25; i++) {
            b.messages.add(Rows.message(i));
          }
        });

    Page<MessageRow> newest = list(Long.MIN_VALUE, Long.MAX_VALUE, true, 10, null);
    assertThat(ids(newest)).containsExactly(25L, 24L, 23L, 22L, 21L, 20L, 19L, 18L, 17L, 16L);
    assertThat(newest.next()).isEqualTo(16);
    assertThat(ids(list(Long.MIN_VALUE, 16, true, 10, null))).startsWith(15L).hasSize(10);
    Page<MessageRow> last = list(Long.MIN_VALUE, 6, true, 10, null);
    assertThat(ids(last)).containsExactly(5L, 4L, 3L, 2L, 1L);
    assertThat(last.done()).isTrue();

    Page<MessageRow> oldest = list(20, Long.MAX_VALUE, false, 3, null);
    assertThat(ids(oldest)).containsExactly(21L, 22L, 23L);
    assertThat(oldest.next()).isEqualTo(23);
    assertThat(ids(list(20, 23, false, 10, null))).containsExactly(21L, 22L);
    assertThat(ids(list(20, 21, false, 10, null))).isEmpty();
  }

  @Test
  default void aMessageShowsWhenItWasToBeDelivered() {
    MessageRow atOnce = Rows.message(1);
    MessageRow later = Rows.deliverAt(1_800_000_000_123L, Rows.message(2, 5));
    commit(
        b -> {
          b.messages.add(atOnce);
          b.messages.add(later);
        });
    assertThat(reads().message(1)).usingRecursiveComparison().isEqualTo(atOnce);
    assertThat(reads().message(2)).usingRecursiveComparison().isEqualTo(later);
    assertThat(reads().messageWithoutBody(2))
        .usingRecursiveComparison()
        .isEqualTo(later.withoutBody());
    assertThat(reads().messageWithoutBody(3)).isNull();
    assertThat(messages(reads(), Rows.APPLICATION))
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(atOnce.withoutBody(), later.withoutBody());
    commit(b -> b.expungedMessages.add(2L));
    assertThat(reads().message(2)).usingRecursiveComparison().isEqualTo(later.expunge());
    assertThat(reads().messageWithoutBody(2)).usingRecursiveComparison().isEqualTo(later.expunge());
  }

  @Test
  default void messagesAreFilteredByTypeAndChannel() {
    commit(
        b -> {
          b.messages.add(Rows.message(1, Rows.APPLICATION, "a"));
          b.messages.add(Rows.message(2, Rows.APPLICATION, "b"));
          b.messages.add(
              new MessageRow(
                  3,
                  Rows.APPLICATION,
                  MessageSpec.of("c").withChannels(List.of("x", "y")),
                  new long[0],
                  new byte[0]));
        });
    Page<MessageRow> byType =
        Pages.of(
            reads(),
            new MessageQuery(
                Rows.APPLICATION,
                PageRequest.after(0, 10),
                MessageFilter.of(Set.of("a", "c"), null)));
    assertThat(ids(byType)).containsExactly(1L, 3L);
    assertThat(ids(list(0, Long.MAX_VALUE, false, 10, "y"))).containsExactly(3L);
    assertThat(ids(list(0, Long.MAX_VALUE, false, 10, "z"))).isEmpty();
  }

  @Test
  default void attemptsAreListedByEndpointAndState() {
    commit(
        b -> {
          for (int i = 1; i <= 30; i++) {
            DeliveryState state = i % 3 == 0 ? DeliveryState.FAILED : DeliveryState.SUCCEEDED;
            b.attempts.add(Rows.attempt(i, 0, 5 + i % 2, state));
          }
        });
    assertThat(attempts(reads(), 5))
        .extracting(AttemptRow::id)
        .hasSize(15)
        .startsWith(30L, 28L)
        .endsWith(4L, 2L);
    Page<AttemptRow> failed =
        Pages.of(
            reads(),
            new AttemptQuery(
                5,
                0,
                new PageRequest(0, 25, true, 2),
                AttemptFilter.byState(DeliveryState.FAILED)));
    assertThat(failed.rows()).extracting(AttemptRow::id).containsExactly(24L, 18L);
    assertThat(failed.next()).isEqualTo(18);
  }

  @Test
  default void aFilterLooksAtABoundedNumberOfRowsForOnePage() {
    commit(
        b -> {
          for (int i = 1; i <= 12_000; i++) {
            b.attempts.add(
                Rows.attempt(i, 0, 5, i == 500 ? DeliveryState.FAILED : DeliveryState.SUCCEEDED));
          }
        });
    Page<AttemptRow> first =
        reads()
            .attempts(
                new AttemptQuery(
                    5, 0, PageRequest.newest(10), AttemptFilter.byState(DeliveryState.FAILED)));
    assertThat(first.rows()).isEmpty();
    assertThat(first.done()).isFalse();
    assertThat(first.next()).isGreaterThan(2_000);

    List<AttemptRow> found = new ArrayList<>();
    Page<AttemptRow> page = first;
    while (!page.done()) {
      page =
          reads()
              .attempts(
                  new AttemptQuery(
                      5,
                      0,
                      PageRequest.before(page.next(), 10),
                      AttemptFilter.byState(DeliveryState.FAILED)));
      found.addAll(page.rows());
    }
    assertThat(found).extracting(AttemptRow::id).containsExactly(500L);
  }

  @Test
  default void aMessageThatComesWithAnOldIdIsListedInItsPlace() {
    commit(
        b -> {
          b.messages.add(Rows.message(1, 5));
          b.messages.add(Rows.message(10, 5));
          b.hot.add(Rows.hot(2, 5, 1));
          b.idFloor = 10;
        });
    // Lets a store index what it has, and keeps all of it: the only old message is live.
    upkeep(9);
    commit(b -> b.messages.add(Rows.message(7)));
    commit(b -> b.messages.add(Rows.message(9)));

    assertThat(messages(reads(), Rows.APPLICATION))
        .extracting(MessageRow::id)
        .containsExactly(1L, 7L, 9L, 10L);
    kill();
    assertThat(messages(reads(), Rows.APPLICATION))
        .extracting(MessageRow::id)
        .containsExactly(1L, 7L, 9L, 10L);
  }

  @Test
  default void aMessageThatComesWithAnOldIdIsListedWhileOthersAreIndexed() {
    commit(
        b -> {
          for (int i = 1; i <= 10_000; i++) {
            b.messages.add(Rows.message(i * 10L, 5));
          }
          b.hot.add(Rows.hot(11, 5, 10));
          b.idFloor = 100_000;
        });
    // Makes a store begin to index, and not finish.
    store().upkeep(11, 0);
    List<Long> expected = new ArrayList<>();
    HistoryRules.messages(reads(), Rows.APPLICATION).forEach(row -> expected.add(row.id()));
    assertThat(expected).hasSize(10_000);

    commit(b -> b.messages.add(Rows.message(95_005)));
    expected.add(9_500, 95_005L);
    assertThat(messages(reads(), Rows.APPLICATION)).extracting(MessageRow::id).isEqualTo(expected);
    upkeep(11);
    assertThat(messages(reads(), Rows.APPLICATION)).extracting(MessageRow::id).isEqualTo(expected);
  }
}
