package dev.posthorn.internal.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The order in which applications get into commits, and the size of those. */
class JournalTurnsTest extends JournalFixture {
  private static final int FLOOD = 1;
  private static final int OTHER = 2;

  private void submit(long application, int weight, @Nullable Object page, String name) {
    journal.submit(
        new Entry(name, true) {
          @Override
          public long application() {
            return application;
          }

          @Override
          public int weight() {
            return weight;
          }

          @Override
          public @Nullable Object page() {
            return page;
          }
        });
  }

  @Test
  void nobodyWaitsForTheFloodOfAnotherApplication() {
    for (int i = 0; i < 9_000; i++) {
      submit(FLOOD, 1, null, "flood");
    }
    submit(OTHER, 1, null, "other");
    writer.run();
    assertThat(store.commits.getFirst()).contains("other");
    assertThat(told).hasSize(9_001);
  }

  @Test
  void largeEntriesTakeNoMoreTurnsThanSmallOnes() {
    for (int i = 0; i < 100; i++) {
      submit(FLOOD, 512, null, "large");
    }
    submit(OTHER, 1, null, "other1");
    submit(OTHER, 1, null, "other2");
    writer.run();
    assertThat(store.commits.getFirst())
        .containsExactly("large", "other1", "large", "other2", "large");
  }

  @Test
  void theEntriesOfAnApplicationKeepTheirOrderFromCommitToCommit() {
    for (int i = 0; i < 10; i++) {
      submit(FLOOD, 1_000, null, "n" + i);
      submit(OTHER, 1, null, "other" + i);
    }
    writer.run();
    List<String> of = told.stream().filter(name -> name.startsWith("n")).toList();
    assertThat(of).isSorted();
    assertThat(told.stream().filter(name -> name.startsWith("other")).toList()).isSorted();
  }

  /** Such as the release of a partition, after which another process writes there. */
  @Test
  void anEntryThatComesLastIsWrittenAfterAllThatArrivedBefore() {
    for (int i = 0; i < 5_000; i++) {
      submit(FLOOD, 1, null, "before");
    }
    journal.submit(
        new Entry("last", true) {
          @Override
          public boolean comesLast() {
            return true;
          }
        });
    submit(OTHER, 1, null, "after");
    writer.run();
    assertThat(told.subList(0, 5_000)).containsOnly("before");
    assertThat(told.subList(5_000, 5_002)).containsExactlyInAnyOrder("last", "after");
  }

  /** Each page is 4 KB to write, and a thousand of them keep everybody else waiting. */
  @Test
  void aCommitWritesFewPagesThatOnlyOneEntryIsOn() {
    for (int i = 0; i < 1_000; i++) {
      submit(FLOOD, 1, "page" + i, "n" + i);
    }
    writer.run();
    assertThat(store.commits).allMatch(commit -> commit.size() <= 32);
    assertThat(told).hasSize(1_000);
  }

  @Test
  void entriesThatShareAPageShareACommit() {
    for (int i = 0; i < 1_000; i++) {
      submit(FLOOD, 1, "page", "n" + i);
    }
    writer.run();
    assertThat(store.commits).hasSize(1);
  }

  @Test
  void arrivalsThatHadNoTurnYetFailWhenTheJournalCloses() {
    for (int i = 0; i < 5_000; i++) {
      submit(FLOOD, 1, null, "flood");
    }
    writer.runOne();
    assertThat(told).hasSize(2_000);
    journal.close();
    writer.run();
    assertThat(told).hasSize(5_000);
    assertThat(told.getLast()).isEqualTo("flood:CLOSED");
  }
}
