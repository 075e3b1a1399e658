package dev.posthorn.internal.sqlite.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.sqlite.file.Run;
import org.junit.jupiter.api.Test;

class TailTest {
  private final Tail tail = new Tail(2, 4, 10);

  private void commit(long... ids) {
    for (long id : ids) {
      tail.add(id, id % 2, id % 3, (byte) id);
    }
    tail.committed();
  }

  private long[] even() {
    return tail.view().find(0, 0, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  @Test
  void aRowIsSeenOnceItIsCommitted() {
    tail.add(12, 0, 0, (byte) 0);
    assertThat(even()).isEmpty();
    tail.committed();
    assertThat(even()).containsExactly(12);
  }

  @Test
  void aRowThatIsRolledBackWasNeverThere() {
    commit(12);
    tail.add(14, 0, 0, (byte) 0);
    tail.rolledBack();
    commit(16);
    assertThat(even()).containsExactly(12, 16);
  }

  @Test
  void aViewStaysAsItWas() {
    commit(12);
    Tail.View before = tail.view();
    commit(14, 16, 18, 20, 22);
    assertThat(before.find(0, 0, Long.MIN_VALUE, Long.MAX_VALUE)).containsExactly(12);
  }

  @Test
  void rowsAreFoundByEitherKeyBetweenTwoIds() {
    commit(12, 13, 14, 15, 18, 24);
    assertThat(tail.view().find(1, 0, Long.MIN_VALUE, Long.MAX_VALUE))
        .containsExactly(12, 15, 18, 24);
    assertThat(tail.view().find(1, 0, 12, 24)).containsExactly(15, 18);
  }

  @Test
  void aRowOfABatchThatWasCommittedAgainIsFoundOnce() {
    commit(12, 14);
    commit(12, 14);
    assertThat(even()).containsExactly(12, 14);
  }

  @Test
  void aFullRunIsSealedAndLeavesWhenItIsIndexed() {
    commit(12, 14, 16);
    assertThat(tail.sealedRuns()).isZero();
    commit(18, 20);
    assertThat(tail.sealedRuns()).isEqualTo(1);
    assertThat(tail.oldest().maxId()).isEqualTo(20);
    commit(22);
    assertThat(even()).containsExactly(12, 14, 16, 18, 20, 22);

    tail.dropOldest(20);
    assertThat(tail.view().indexed()).isEqualTo(20);
    assertThat(even()).containsExactly(22);
  }

  @Test
  void anIdBelowASealedRunIsLateAndIsSeenUntilTheIndexHasIt() {
    commit(12, 14, 16, 20);
    assertThat(tail.isLate(18)).isTrue();
    assertThat(tail.isLate(22)).isFalse();
    commit(18);
    assertThat(even()).containsExactly(12, 14, 16, 18, 20);
    assertThat(tail.minId()).isEqualTo(12);

    tail.dropOldest(20);
    assertThat(even()).isEmpty();
    assertThat(tail.minId()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aRunIsSortedByKeyAndKeepsTheOrderWithinOne() {
    commit(11, 12, 13, 14, 15, 16);
    Run.Sorted sorted = tail.oldest().sortedBy(1);
    assertThat(sorted.keys()).containsExactly(0, 0, 1, 1, 2, 2);
    assertThat(sorted.ids()).containsExactly(12, 15, 13, 16, 11, 14);
  }
}
