package dev.posthorn.internal.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.ScriptedStore;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.DedupeKey;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Batches: what shares a commit, in which order, and what becomes of an entry that fails. */
class JournalTest extends JournalFixture {
  @Test
  void whatIsHandedInTogetherSharesACommitAndKeepsItsOrder() {
    submit("a", "b", "c");
    writer.run();
    assertThat(store.commits).containsExactly(List.of("a", "b", "c"));
    assertThat(told).containsExactly("a", "b", "c");
  }

  private void submitLingering(String name) {
    journal.submit(
        new Entry(name, false) {
          @Override
          public boolean lingers() {
            return true;
          }
        });
  }

  @Test
  void whatNobodyWaitsForLingersForCompany() {
    submitLingering("a");
    writer.runFor(1);
    submitLingering("b");
    assertThat(store.commits).isEmpty();
    writer.runFor(1);
    assertThat(store.commits).containsExactly(List.of("a", "b"));
    submitLingering("c");
    submit("d");
    writer.run();
    assertThat(store.commits).containsExactly(List.of("a", "b"), List.of("c", "d"));
    writer.runFor(10);
    assertThat(store.commits).hasSize(2);
  }

  @Test
  void whatLingersDoesSoAfterACommitToo() {
    journal.submit(
        new Entry("a", true) {
          @Override
          public void committed(JournalBatch batch) {
            super.committed(batch);
            submitLingering("b");
          }
        });
    writer.run();
    assertThat(store.commits).containsExactly(List.of("a"));
    writer.runFor(2);
    assertThat(store.commits).containsExactly(List.of("a"), List.of("b"));
  }

  @Test
  void lingeringEntriesThatFillMoreThanABatchAreWrittenAtOnce() {
    for (int i = 0; i < 4_500; i++) {
      submitLingering("n" + i);
    }
    writer.runFor(2);
    assertThat(store.commits).extracting(List::size).containsExactly(2_000, 2_000, 500);
  }

  @Test
  void tasksBetweenBatchesKeepTheirOrderThoughOneNeedsTheSettingsOfOthers() {
    journal.between(() -> told.add("ended"));
    journal.current(() -> told.add("began again"));
    writer.run();
    assertThat(told).containsExactly("ended", "began again");
  }

  @Test
  void aCommitTakesABoundedNumberAndTheRestIsInTheNext() {
    for (int i = 0; i < 4_500; i++) {
      submit("n" + i);
    }
    writer.run();
    assertThat(store.commits).extracting(List::size).containsExactly(2_000, 2_000, 500);
    assertThat(told).hasSize(4_500).startsWith("n0", "n1").endsWith("n4499");
  }

  @Test
  void aCommitIsBoundedInRowsTooAndALargeEntryStandsAlone() {
    for (int i = 0; i < 10; i++) {
      submitOf(1_000, "n" + i);
    }
    submitOf(1_000_000, "large");
    submitOf(1_000, "last");
    writer.run();
    assertThat(store.commits).extracting(List::size).containsExactly(2, 2, 2, 2, 2, 1, 1);
    assertThat(store.commits.get(5)).containsExactly("large");
  }

  private void submitOf(int weight, String name) {
    journal.submit(
        new Entry(name, true) {
          @Override
          public int weight() {
            return weight;
          }
        });
  }

  @Test
  void eachBatchCarriesTheHighestIdWhichGrows() {
    submit("a");
    writer.run();
    submit("b");
    writer.run();
    assertThat(store.batches.get(0).idFloor).isGreaterThan(ScriptedStore.FLOOR);
    assertThat(store.batches.get(1).idFloor).isGreaterThan(store.batches.get(0).idFloor);
  }

  @Test
  void anEntryThatCannotBeStoredFailsAloneAndTheOthersKeepTheirOrder() {
    submit("a", "b", "bad", "c", "d", "e", "bad2", "f");
    writer.run();
    assertThat(told)
        .containsExactly("a", "b", "bad:STORE_FAILED", "c", "d", "e", "bad2:STORE_FAILED", "f");
    assertThat(store.commits).hasSizeLessThanOrEqualTo(12);
  }

  @Test
  void whatComesWhileABatchIsHalvedComesAfterIt() {
    submit("a", "bad", "b");
    journal.submit(
        new Entry("first", true) {
          @Override
          public void committed(JournalBatch batch) {
            super.committed(batch);
            submit("later");
          }
        });
    writer.run();
    assertThat(told).containsExactly("a", "bad:STORE_FAILED", "b", "first", "later");
  }

  @Test
  void anEntryThatHasNothingToWriteAfterAllFailsAlone() {
    submit("a");
    journal.submit(
        new Entry("none", true) {
          @Override
          public void prepare(JournalBatch batch) {
            throw new PosthornException(Reason.NOT_FOUND, "there is none");
          }
        });
    journal.submit(
        new Entry("unread", true) {
          @Override
          public void prepare(JournalBatch batch) {
            throw ScriptedStore.failure(StoreException.Reason.IO);
          }
        });
    submit("b");
    writer.run();
    assertThat(store.commits).containsExactly(List.of("a", "b"));
    assertThat(told)
        .containsExactly("none:" + Reason.NOT_FOUND, "unread:" + Reason.STORE_FAILED, "a", "b");
  }

  /** Before anything of it was prepared. */
  @Test
  void aBatchThatCannotBeBegunIsWrittenInParts() {
    submit("a", "b");
    int[] asked = new int[1];
    journal.submit(
        new Entry("outcome", false) {
          @Override
          public List<DedupeKey> keys() {
            if (asked[0]++ < 3) {
              throw new InternalError("planted");
            }
            return List.of();
          }
        });
    journal.submit(
        new Entry("broken", true) {
          @Override
          public List<DedupeKey> keys() {
            throw new InternalError("planted");
          }
        });
    submit("c");
    writer.runFor(1_000);
    assertThat(told)
        .containsExactlyInAnyOrder("a", "b", "broken:" + Reason.STORE_FAILED, "c", "outcome");
    assertThat(condition.hasFailed()).isFalse();
  }

  @Test
  void whatAnEntryLeftInABatchAsItBrokeIsNotWritten() {
    submit("a");
    journal.submit(
        new Entry("broken", true) {
          @Override
          public void prepare(JournalBatch batch) {
            super.prepare(batch);
            throw new IllegalStateException("broken");
          }
        });
    submit("b");
    writer.run();
    assertThat(store.commits).containsExactly(List.of("a", "b"));
    assertThat(told).containsExactlyInAnyOrder("broken:" + Reason.STORE_FAILED, "a", "b");
  }

  @Test
  void whatAnEntryLeftInABatchBeforeItGaveUpIsNotWritten() {
    submit("a");
    journal.submit(
        new Entry("refused", true) {
          @Override
          public void prepare(JournalBatch batch) {
            super.prepare(batch);
            throw new PosthornException(Reason.CONFLICT, "refused");
          }
        });
    journal.submit(
        new Entry("unread", true) {
          @Override
          public void prepare(JournalBatch batch) {
            super.prepare(batch);
            throw ScriptedStore.failure(StoreException.Reason.IO);
          }
        });
    submit("b");
    writer.run();
    assertThat(store.commits).containsExactly(List.of("a", "b"));
    assertThat(told)
        .containsExactly("refused:" + Reason.CONFLICT, "unread:" + Reason.STORE_FAILED, "a", "b");
  }

  /** Whoever is told may fail at what it does with the news. */
  @Test
  void othersAreToldAlsoIfOneThrows() {
    for (StoreException.Reason reason :
        new StoreException.Reason[] {
          null, StoreException.Reason.FULL, StoreException.Reason.CLOSED
        }) {
      told.clear();
      store.next(reason);
      submit("a");
      journal.submit(
          new Entry("throws", true) {
            @Override
            public void posted() {
              throw new IllegalStateException("posted");
            }

            @Override
            public void failed(PosthornException why) {
              throw new IllegalStateException("failed");
            }
          });
      submit("b");
      writer.runFor(300);
      told.remove("throws");
      assertThat(told).as("%s", reason).hasSize(2);
      assertThat(told.get(0)).startsWith("a");
      assertThat(told.get(1)).startsWith("b");
    }
  }

  @Test
  void oneThatThrowsAsItFailsAloneDoesNotStopTheWriter() {
    journal.submit(
        new Entry("bad", true) {
          @Override
          public void failed(PosthornException why) {
            throw new IllegalStateException("failed");
          }
        });
    journal.submit(
        new Entry("none", true) {
          @Override
          public void prepare(JournalBatch batch) {
            throw new PosthornException(Reason.NOT_FOUND, "there is none");
          }

          @Override
          public void failed(PosthornException why) {
            throw new IllegalStateException("failed");
          }
        });
    submit("a");
    writer.run();
    submit("b");
    writer.run();
    assertThat(told).containsExactly("a", "b");
  }

  @ParameterizedTest
  @MethodSource("unforeseen")
  void anEntryThatThrowsWhatNobodyForesawFailsAlone(Throwable unforeseen) {
    submit("a", "b");
    journal.submit(
        new Entry("broken", true) {
          @Override
          public void prepare(JournalBatch batch) {
            super.prepare(batch);
            throw sneaky(unforeseen);
          }
        });
    submit("c");
    writer.run();
    assertThat(told).containsExactlyInAnyOrder("a", "b", "broken:STORE_FAILED", "c");
  }
}
