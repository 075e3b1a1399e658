package dev.posthorn.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.AttemptKind;
import dev.posthorn.spi.store.reads.WaitingCount;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.ParkedKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Deliveries that wait are found in the order and the portions that lanes need. */
interface LiveRowRules extends StoreRules {

  @Test
  default void hotRowsAreReadById() {
    List<LiveRow> rows = new ArrayList<>();
    for (int i = 1; i <= 25; i++) {
      rows.add(Rows.hot(i, 5 + i % 3, 0));
    }
    commit(b -> b.hot.addAll(rows.reversed()));

    assertThat(scan().hot(0, 10)).isEqualTo(rows.subList(0, 10));
    assertThat(scan().hot(10, 10)).isEqualTo(rows.subList(10, 20));
    assertThat(scan().hot(20, 10)).isEqualTo(rows.subList(20, 25));
    assertThat(scan().hot(25, 10)).isEmpty();
  }

  @Test
  default void parkedRowsAreReadByDueTimeThenId() {
    List<LiveRow> rows = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      rows.add(Rows.parked(100 + i, 5, 10, 1_000 + i / 7));
    }
    List<LiveRow> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, new Random(1));
    commit(
        b -> {
          b.parked.addAll(shuffled);
          b.parked.add(Rows.parked(200, 4, 10, 1_003));
          b.parked.add(Rows.parked(201, 6, 10, 1_003));
        });

    List<LiveRow> read = new ArrayList<>();
    ParkedKey after = ParkedKey.START;
    List<LiveRow> page = reads().parked(5, after, 11);
    while (!page.isEmpty()) {
      read.addAll(page);
      after = page.getLast().parkedKey();
      page = reads().parked(5, after, 11);
    }
    assertThat(read).isEqualTo(rows);
  }

  @Test
  default void aParkedRowReplacesTheOneWithItsKey() {
    LiveRow first = Rows.parked(11, 5, 10, 2_000);
    LiveRow second =
        LiveRow.parked(11, 5, 10, 2_000, 9_999, AttemptKind.REPLAY)
            .parkedUntil(2_000, 2_500)
            .withAttempts(4);
    commit(b -> b.parked.add(first));
    commit(
        b -> {
          b.parkedRemovals.add(first);
          b.parked.add(second);
        });
    assertThat(reads().parked(5, ParkedKey.START, 10)).containsExactly(second);
    commit(b -> b.parked.add(first));
    assertThat(reads().parked(5, ParkedKey.START, 10)).containsExactly(first);
    assertThat(reads().live(10)).containsExactly(first);
  }

  @Test
  default void aParkedRowKeepsItsKind() {
    List<LiveRow> rows = new ArrayList<>();
    for (AttemptKind kind : AttemptKind.values()) {
      rows.add(LiveRow.parked(11 + rows.size(), 5, 10, 2_000, 9_000, kind));
    }
    commit(b -> b.parked.addAll(rows));
    reopen();
    assertThat(reads().parked(5, ParkedKey.START, 10)).containsExactlyElementsOf(rows);
  }

  /** A message for many paused endpoints, of which each has a row from before. */
  private List<LiveRow> fanOut(int endpoints) {
    List<LiveRow> before = new ArrayList<>();
    List<LiveRow> rows = new ArrayList<>();
    for (int i = 0; i < endpoints; i++) {
      before.add(Rows.parked(11 + i, 5_000 + i, 10, 3_000));
      rows.add(withDeadline(Rows.parked(1_001 + i, 5_000 + i, 1_000, 2_000), 400 + i));
    }
    commit(
        b -> {
          b.parked.addAll(before);
          b.idFloor = 999;
        });
    upkeep(0);
    commit(
        b -> {
          b.messages.add(Rows.message(1_000, rows.stream().mapToLong(LiveRow::endpoint).toArray()));
          b.parked.addAll(rows);
          b.idFloor = 2_000;
        });
    return rows;
  }

  private void expectFanOut(List<LiveRow> rows) {
    assertThat(reads().live(1_000)).isEqualTo(rows);
    assertThat(scan().parkedBefore(410, 20)).isEqualTo(rows.subList(0, 10));
    assertThat(scan().parkedHeads(0, rows.size() + 1)).isEqualTo(rows);
    for (LiveRow row : rows) {
      LiveRow before = Rows.parked(row.id() - 990, row.endpoint(), 10, 3_000);
      assertThat(reads().live(1_000, row.endpoint())).containsExactly(row);
      assertThat(reads().waiting(row.endpoint(), 10).all()).isEqualTo(2);
      assertThat(reads().parked(row.endpoint(), ParkedKey.START, 10)).containsExactly(row, before);
      assertThat(reads().parked(row.endpoint(), row.parkedKey(), 10)).containsExactly(before);
    }
  }

  @Test
  default void aFanOutIsFoundBeforeAndAfterUpkeep() {
    List<LiveRow> rows = fanOut(200);
    expectFanOut(rows);
    store().upkeep(0, now().toEpochMilli());
    expectFanOut(rows);
    upkeep(0);
    expectFanOut(rows);
    reopen();
    expectFanOut(rows);
  }

  @Test
  default void theRowsOfAFanOutAreReplacedAndRemovedWhereverTheyStand() {
    List<LiveRow> rows = fanOut(200);
    for (int i = 0; i < 4; i++) {
      LiveRow row = rows.get(50 * i);
      LiveRow next = withDeadline(row, 9_999);
      commit(
          b -> {
            b.parked.add(next);
            b.idFloor = 2_000;
          });
      assertThat(reads().live(1_000, row.endpoint())).containsExactly(next);
      commit(
          b -> {
            b.parkedRemovals.add(row);
            b.idFloor = 2_000;
          });
      assertThat(reads().live(1_000, row.endpoint())).isEmpty();
      assertThat(reads().waiting(row.endpoint(), 10).all()).isEqualTo(1);
      store().upkeep(0, now().toEpochMilli());
    }
    upkeep(0);
    assertThat(reads().live(1_000)).hasSize(196);
  }

  @Test
  default void aFanOutThatIsCommittedAgainIsThereOnce() {
    List<LiveRow> rows = fanOut(200);
    commit(
        b -> {
          b.parked.addAll(rows);
          b.idFloor = 2_000;
        });
    expectFanOut(rows);
    upkeep(0);
    expectFanOut(rows);
  }

  @Test
  default void removingWhatIsNotThereDoesNothing() {
    LiveRow parked = Rows.parked(11, 5, 10, 2_000);
    commit(b -> b.parked.add(parked));
    commit(
        b -> {
          b.hotRemovals.add(Rows.hot(11, 5, 10));
          b.parkedRemovals.add(Rows.parked(11, 5, 10, 2_001));
          b.parkedRemovals.add(Rows.parked(12, 5, 10, 2_000));
        });
    assertThat(reads().live(10)).containsExactly(parked);
  }

  private static LiveRow withDeadline(LiveRow row, long deadline) {
    return row.withDeadline(deadline);
  }

  @Test
  default void whatIsParkedTooLongIsFoundByItsDeadline() {
    LiveRow third = withDeadline(Rows.parked(11, 5, 10, 2_000), 300);
    LiveRow first = withDeadline(Rows.parked(12, 5, 10, 3_000), 100);
    LiveRow second = withDeadline(Rows.parked(13, 4, 10, 1_000), 200);
    commit(b -> b.parked.addAll(List.of(third, first, second)));
    assertThat(scan().parkedBefore(300, 10)).containsExactly(first, second);
    assertThat(scan().parkedBefore(301, 10)).containsExactly(first, second, third);
    assertThat(scan().parkedBefore(301, 1)).containsExactly(first);
    LiveRow later = withDeadline(first, 400);
    commit(
        b -> {
          b.parked.add(later);
          b.parkedRemovals.add(second);
        });
    assertThat(scan(reopen()).parkedBefore(500, 10)).containsExactly(third, later);
  }

  @Test
  default void parkedHeadsAreTheFirstRowsOfEachEndpoint() {
    List<LiveRow> heads = new ArrayList<>();
    commit(
        b -> {
          for (int endpoint = 1; endpoint <= 9; endpoint++) {
            for (int i = 0; i < 300; i++) {
              LiveRow row = Rows.parked(endpoint * 1_000L + i, endpoint * 10L, 1, 5_000 - i);
              b.parked.add(row);
              if (i == 299) {
                heads.add(row);
              }
            }
          }
        });

    assertThat(scan().parkedHeads(Long.MIN_VALUE, 100)).isEqualTo(heads);
    assertThat(scan().parkedHeads(0, 4)).isEqualTo(heads.subList(0, 4));
    assertThat(scan().parkedHeads(40, 4)).isEqualTo(heads.subList(4, 8));
    assertThat(scan().parkedHeads(85, 4)).isEqualTo(heads.subList(8, 9));
    assertThat(scan().parkedHeads(90, 4)).isEmpty();
  }

  @Test
  default void theLiveRowsOfAMessageAreFoundWhereverTheyAre() {
    LiveRow late = Rows.parked(500, 8, 10, 2_000);
    LiveRow replay = LiveRow.parked(900, 7, 10, 2_000, 9_000, AttemptKind.REPLAY);
    List<LiveRow> ofFirst =
        List.of(Rows.hot(11, 9, 10), Rows.hot(12, 7, 10), Rows.hot(13, 6, 10), late, replay);
    List<LiveRow> ofSecond = List.of(Rows.hot(15, 9, 14), Rows.hot(16, 5, 14));
    commit(
        b -> {
          b.messages.add(Rows.message(10, 9, 7, 6));
          b.messages.add(Rows.message(14, 9, 5));
          b.hot.addAll(ofFirst.subList(0, 3));
          b.hot.addAll(ofSecond);
          b.parked.addAll(List.of(late, replay));
        });

    assertThat(reads().live(10))
        .isSortedAccordingTo(Comparator.comparingLong(LiveRow::endpoint))
        .containsExactlyInAnyOrderElementsOf(ofFirst);
    assertThat(reads().live(14)).containsExactly(ofSecond.get(1), ofSecond.get(0));
    assertThat(reads().live(12)).isEmpty();
  }

  @Test
  default void theLiveRowsOfAMessageForOneEndpointAreFoundWhereverTheyAre() {
    LiveRow first = Rows.hot(12, 7, 10);
    LiveRow again = LiveRow.parked(800, 7, 10, 3_000, 9_000, AttemptKind.REPLAY);
    LiveRow third = LiveRow.parked(900, 7, 10, 2_000, 9_000, AttemptKind.REPLAY);
    LiveRow late = Rows.parked(500, 8, 10, 2_000);
    commit(
        b -> {
          b.messages.add(Rows.message(10, 9, 7, 6));
          b.messages.add(Rows.message(14, 7, 5));
          b.hot.addAll(List.of(Rows.hot(11, 9, 10), first, Rows.hot(13, 6, 10)));
          b.hot.addAll(List.of(Rows.hot(15, 7, 14), Rows.hot(16, 5, 14)));
          b.parked.addAll(List.of(third, again, late, Rows.parked(501, 8, 14, 2_000)));
        });

    assertThat(reads().live(10, 7)).containsExactly(first, again, third);
    assertThat(reads().live(10, 8)).as("it was not for it at first").containsExactly(late);
    assertThat(reads().live(14, 7)).containsExactly(Rows.hot(15, 7, 14));
    assertThat(reads().live(10, 5)).isEmpty();
    assertThat(reads().live(12, 7)).as("no message").isEmpty();
    commit(
        b -> {
          b.hotRemovals.add(first);
          b.parkedRemovals.add(again);
        });
    assertThat(reads().live(10, 7)).containsExactly(third);
    assertThat(reads(reopen()).live(10, 6)).containsExactly(Rows.hot(13, 6, 10));
  }

  @Test
  default void whatWaitsForAnEndpointIsCounted() {
    assertThat(reads().waiting(5, 100)).isEqualTo(new WaitingCount(0, 0));
    commit(
        b -> {
          b.hot.add(Rows.hot(2, 5, 1));
          b.hot.add(Rows.hot(3, 6, 1));
          b.parked.add(withoutAttempts(Rows.parked(4, 6, 1, 900)));
          for (int i = 0; i < 20; i++) {
            b.parked.add(Rows.parked(10 + i, 5 + i % 2, 1, 1_000 - i));
          }
        });
    assertThat(reads().waiting(5, 100)).isEqualTo(new WaitingCount(11, 10));
    assertThat(reads().waiting(6, 100)).isEqualTo(new WaitingCount(12, 10));
    assertThat(reads().waiting(5, 11).all()).isEqualTo(11);
    assertThat(reads().waiting(5, 10).all()).as("no more than asked for").isEqualTo(10);
    assertThat(reads().waiting(5, 1).all()).isEqualTo(1);
    commit(b -> b.hotRemovals.add(Rows.hot(2, 5, 1)));
    commit(b -> b.parkedRemovals.add(Rows.parked(10, 5, 1, 1_000)));
    assertThat(reads(reopen()).waiting(5, 100)).isEqualTo(new WaitingCount(9, 9));
  }

  private static LiveRow withoutAttempts(LiveRow row) {
    return row.withAttempts(0);
  }
}
