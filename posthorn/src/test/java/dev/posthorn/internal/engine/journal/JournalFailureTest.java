package dev.posthorn.internal.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.spi.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Commits that fail, and commits with an unknown result. */
class JournalFailureTest extends JournalFixture {
  @Test
  void aCommitWithoutAKnownResultIsRepeatedUntilItIsKnown() {
    store.next(StoreException.Reason.UNKNOWN, StoreException.Reason.IO, null);
    submit("a");
    writer.run();
    submit("b");
    assertThat(told).isEmpty();
    writer.runFor(99);
    assertThat(store.batches).hasSize(1);
    writer.runFor(250);
    assertThat(store.batches.subList(0, 3)).containsOnly(store.batches.get(0));
    assertThat(store.commits).endsWith(List.of("a"), List.of("b"));
    assertThat(told).containsExactly("a", "b");
  }

  @Test
  void whatMayBeOnDiskIsRepeatedAlsoWhenTheDiskIsFull() {
    store.next(StoreException.Reason.UNKNOWN, StoreException.Reason.FULL, null);
    submit("a");
    writer.runFor(300);
    assertThat(told).containsExactly("a");
    assertThat(store.commits).hasSize(3);
  }

  @Test
  void whoseResultNeverBecomesKnownHearsThatAndNothingElse() {
    store.next(StoreException.Reason.UNKNOWN, StoreException.Reason.CLOSED);
    submit("a");
    writer.runFor(300);
    submit("b");
    store.next(StoreException.Reason.CLOSED);
    writer.runFor(300);
    assertThat(told).containsExactly("a:" + Reason.UNKNOWN, "b:" + Reason.CLOSED);
  }

  @Test
  void onceAnotherProcessHasTakenOverEverybodyIsToldAndNothingIsTried() {
    store.next(StoreException.Reason.FENCED);
    submit("a");
    journal.submit(new Entry("outcome", false));
    writer.run();
    assertThat(told).containsExactly("a:" + Reason.STORE_FAILED, "outcome:" + Reason.STORE_FAILED);
    submit("b");
    writer.runFor(10_000);
    assertThat(told).endsWith("b:" + Reason.STORE_FAILED);
    assertThat(store.commits).hasSize(1);
  }

  @Test
  void whatMayBeOnDiskStaysUnknownOnceAnotherProcessHasTakenOver() {
    store.next(StoreException.Reason.UNKNOWN, StoreException.Reason.FENCED);
    submit("a");
    writer.runFor(300);
    assertThat(told).containsExactly("a:" + Reason.UNKNOWN);
  }

  @Test
  void aFullDiskRefusesWhatCanBeRefusedAndKeepsTheRestInOrder() {
    // Together, then the outcomes alone, and those again.
    store.next(
        StoreException.Reason.FULL, StoreException.Reason.FULL, StoreException.Reason.FULL, null);
    journal.submit(new Entry("outcome1", false));
    submit("message");
    journal.submit(new Entry("outcome2", false));
    writer.run();
    assertThat(told).containsExactly("message:" + Reason.STORE_FULL);

    journal.submit(new Entry("outcome3", false));
    writer.runFor(99);
    assertThat(store.commits).hasSize(2).endsWith(List.of("outcome1", "outcome2"));
    writer.runFor(300);
    assertThat(store.commits.get(3)).containsExactly("outcome1", "outcome2", "outcome3");
    assertThat(told)
        .containsExactly("message:" + Reason.STORE_FULL, "outcome1", "outcome2", "outcome3");
    submit("message2");
    writer.run();
    assertThat(told).endsWith("message2");
  }

  @Test
  void aFullDiskRefusesWhatCanBeRefusedAlsoWhenMoreWaitsThanABatchTakes() {
    store.next(StoreException.Reason.FULL, StoreException.Reason.FULL, StoreException.Reason.FULL);
    for (int i = 0; i < 2_500; i++) {
      journal.submit(new Entry("outcome" + i, false));
    }
    writer.runFor(150);
    submit("message");
    writer.runFor(100);
    assertThat(told).containsExactly("message:" + Reason.STORE_FULL);
    writer.runFor(500);
    assertThat(told).hasSize(2_501).endsWith("outcome2499");
  }

  @ParameterizedTest
  @MethodSource("unforeseen")
  void aCommitThatThrowsWhatNobodyForesawIsRepeated(Throwable unforeseen) {
    store.nextThrows(unforeseen);
    submit("a");
    writer.runFor(200);
    submit("b");
    writer.run();
    assertThat(store.commits).containsExactly(List.of("a"), List.of("a"), List.of("b"));
    assertThat(told).containsExactly("a", "b");
  }

  /** A store that says that it wrote nothing makes nobody wait. */
  @ParameterizedTest
  @EnumSource(
      value = StoreException.Reason.class,
      names = {"FULL", "IO", "LOCKED", "CORRUPT"})
  void aCertainFailureRefusesAtOnceWhatCanBeRefusedAndKeepsTheRest(StoreException.Reason reason) {
    for (int i = 0; i < 100; i++) {
      store.next(reason);
    }
    journal.submit(new Entry("outcome1", false));
    submit("message1");
    writer.run();
    Reason refused = reason == StoreException.Reason.FULL ? Reason.STORE_FULL : Reason.STORE_FAILED;
    assertThat(told).containsExactly("message1:" + refused);
    writer.runFor(1_000);
    journal.submit(new Entry("outcome2", false));
    submit("message2");
    writer.run();
    assertThat(told).containsExactly("message1:" + refused, "message2:" + refused);

    store.clearScript();
    writer.runFor(5_000);
    submit("message3");
    writer.run();
    assertThat(told)
        .containsExactly(
            "message1:" + refused, "message2:" + refused, "outcome1", "outcome2", "message3");
  }

  @ParameterizedTest
  @EnumSource(
      value = StoreException.Reason.class,
      names = {"FULL", "IO", "UNKNOWN"})
  void aStoreThatFailsIsAskedLessAndLess(StoreException.Reason reason) {
    for (int i = 0; i < 1_000; i++) {
      store.next(reason);
    }
    journal.submit(new Entry("outcome", false));
    writer.runFor(60_000);
    assertThat(store.commits).hasSizeBetween(20, 28);
  }

  /** Nothing is refused for a moment's trouble, and nobody waits without end. */
  @Test
  void whileNobodyKnowsForLongWhatWasWrittenCallersAreTold() {
    List<String> doubts = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      store.next(StoreException.Reason.UNKNOWN);
    }
    journal.submit(
        new Entry("a", true) {
          @Override
          public void doubtful(PosthornException why) {
            doubts.add(name + ":" + why.reason());
          }
        });
    writer.runFor(500);
    submit("b");
    writer.runFor(100);
    assertThat(told).isEmpty();
    assertThat(doubts).isEmpty();
    writer.runFor(2_000);
    submit("c");
    writer.run();
    assertThat(doubts).containsExactly("a:" + Reason.UNKNOWN);
    assertThat(told).containsExactly("b:" + Reason.STORE_FAILED, "c:" + Reason.STORE_FAILED);
    assertThat(condition.trouble()).hasValueSatisfying(why -> assertThat(why).contains("scripted"));

    store.clearScript();
    writer.runFor(5_000);
    submit("d");
    writer.run();
    assertThat(told).endsWith("a", "d");
    assertThat(condition.trouble()).isEmpty();
    assertThat(condition.hasFailed()).isFalse();
  }

  @Test
  void whoIsToldOfADoubtIsToldWhatWentWrong() {
    List<PosthornException> doubts = new ArrayList<>();
    Throwable missing = new NoClassDefFoundError("planted");
    for (int i = 0; i < 1_000; i++) {
      store.nextThrows(missing);
    }
    journal.submit(
        new Entry("a", true) {
          @Override
          public void doubtful(PosthornException why) {
            doubts.add(why);
          }
        });
    writer.runFor(3_000);
    assertThat(doubts).singleElement().satisfies(why -> assertThat(why).hasRootCause(missing));
  }

  /** Space for outcomes, but not for messages. */
  @Test
  void aNearlyFullStoreTakesOutcomesAtOnceAndIsSeldomAskedToTakeMessages() {
    store.fullFrom = 2;
    int outcomes = 0;
    for (int i = 0; i < 500; i++) {
      journal.submit(new Entry("outcome" + outcomes++, false));
      journal.submit(new Large("message"));
      writer.runFor(20);
      assertThat(told).contains("outcome" + (outcomes - 1));
    }
    assertThat(told).filteredOn(name -> name.equals("message:" + Reason.STORE_FULL)).hasSize(500);
    assertThat(store.commits).filteredOn(names -> names.size() > 1).hasSizeBetween(2, 12);
    assertThat(condition.trouble()).as("it takes what is small").isEmpty();

    store.fullFrom = Integer.MAX_VALUE;
    for (int i = 0; i < 300; i++) {
      writer.runFor(20);
      journal.submit(new Large("late"));
    }
    assertThat(told).endsWith("late", "late", "late");
  }

  /** Writes two settings. */
  private final class Large extends Entry {
    Large(String name) {
      super(name, true);
    }

    @Override
    public void prepare(JournalBatch batch) {
      super.prepare(batch);
      super.prepare(batch);
    }
  }

  /** Work that fails after the commit is repeated: memory follows the disk, or the engine fails. */
  @Test
  void whatFollowsACommitIsDoneAgainIfItFails() {
    int[] tries = new int[1];
    submit("a");
    journal.submit(
        new Entry("throws", true) {
          @Override
          public void committed(JournalBatch batch) {
            if (tries[0]++ < 3) {
              throw new OutOfMemoryError("planted");
            }
            super.committed(batch);
          }
        });
    submit("b");
    writer.runFor(5_000);
    assertThat(store.commits).containsExactly(List.of("a", "throws", "b"));
    assertThat(told).containsExactly("a", "throws", "b");
    assertThat(condition.hasFailed()).isFalse();
  }

  @Test
  void whatCanNeverFollowACommitEndsTheEngineAloud() {
    submit("a");
    journal.submit(
        new Entry("throws", true) {
          @Override
          public void committed(JournalBatch batch) {
            throw new NoClassDefFoundError("planted");
          }
        });
    submit("b");
    writer.runFor(60_000);
    submit("c");
    writer.run();
    assertThat(told)
        .containsExactly(
            "a", "throws:" + Reason.UNKNOWN, "b:" + Reason.UNKNOWN, "c:" + Reason.STORE_FAILED);
    assertThat(condition.hasFailed()).isTrue();
    assertThat(condition.trouble()).hasValueSatisfying(why -> assertThat(why).contains("planted"));
  }
}
