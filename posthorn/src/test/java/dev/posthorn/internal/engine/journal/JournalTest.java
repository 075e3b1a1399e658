package dev.posthorn.internal.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.ManualLoop;
import dev.posthorn.internal.engine.ScriptedStore;
import dev.posthorn.internal.engine.base.Condition;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.engine.base.Guard;
import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.runtime.Scheduler;
import dev.posthorn.spi.store.DedupeKey;
import dev.posthorn.spi.store.SettingChange.PutSetting;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class JournalTest {
  private final ManualLoop writer = new ManualLoop();
  private final ScriptedStore store = new ScriptedStore();
  private final Condition condition = new Condition();
  private final Journal journal =
      new Journal(
          new EngineRuntime(writer, scheduler(writer), store.store(), NO_TRANSPORT),
          new Guard(writer, condition),
          1_000_000);

  /** What the entries were told, in order. */
  private final List<String> told = new ArrayList<>();

  private static final Transport NO_TRANSPORT =
      new Transport() {
        @Override
        public void exchange(Loop loop, HttpRequest request, Consumer<ExchangeResult> done) {
          throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
      };

  private static Scheduler scheduler(Loop writer) {
    return new Scheduler() {
      @Override
      public List<Loop> loops() {
        return List.of();
      }

      @Override
      public Loop writer() {
        return writer;
      }

      @Override
      public Executor workers() {
        return Runnable::run;
      }

      @Override
      public Executor callbacks() {
        return Runnable::run;
      }

      @Override
      public void close() {}
    };
  }

  /** Writes one setting; what it is told is noted. */
  private class Entry implements Journal.Entry {
    final String name;
    final boolean refusable;

    Entry(String name, boolean refusable) {
      this.name = name;
      this.refusable = refusable;
    }

    @Override
    public void prepare(JournalBatch writing) {
      writing.nextId(0);
      writing.batch.settings.add(new PutSetting(name, "v"));
    }

    @Override
    public void committed(JournalBatch writing) {
      told.add(name);
    }

    @Override
    public void failed(PosthornException why) {
      told.add(name + ":" + why.reason());
    }

    @Override
    public boolean refusable() {
      return refusable;
    }
  }

  private void submit(String... names) {
    for (String name : names) {
      journal.submit(new Entry(name, true));
    }
  }

  @Test
  void whatIsHandedInTogetherSharesACommitAndKeepsItsOrder() {
    submit("a", "b", "c");
    writer.run();
    assertThat(store.commits).containsExactly(List.of("a", "b", "c"));
    assertThat(told).containsExactly("a", "b", "c");
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
    for (int i = 0; i < 20; i++) {
      submitOf(1_000, "n" + i);
    }
    submitOf(1_000_000, "large");
    submitOf(1_000, "last");
    writer.run();
    assertThat(store.commits).extracting(List::size).containsExactly(8, 8, 4, 1, 1);
    assertThat(store.commits.get(3)).containsExactly("large");
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
          public void committed(JournalBatch writing) {
            super.committed(writing);
            submit("later");
          }
        });
    writer.run();
    assertThat(told).containsExactly("a", "bad:STORE_FAILED", "b", "first", "later");
  }

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

  @Test
  void anEntryThatHasNothingToWriteAfterAllFailsAlone() {
    submit("a");
    journal.submit(
        new Entry("none", true) {
          @Override
          public void prepare(JournalBatch writing) {
            throw new PosthornException(Reason.NOT_FOUND, "there is none");
          }
        });
    journal.submit(
        new Entry("unread", true) {
          @Override
          public void prepare(JournalBatch writing) {
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
          public void prepare(JournalBatch writing) {
            super.prepare(writing);
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
          public void prepare(JournalBatch writing) {
            super.prepare(writing);
            throw new PosthornException(Reason.CONFLICT, "refused");
          }
        });
    journal.submit(
        new Entry("unread", true) {
          @Override
          public void prepare(JournalBatch writing) {
            super.prepare(writing);
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
          public void prepare(JournalBatch writing) {
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

  @Test
  void whileIdleTheStoreIsLookedAfterUntilThereIsNoMoreToDo() {
    store.upkeep = () -> store.upkeeps < 20;
    submit("a");
    writer.runFor(5);
    assertThat(store.upkeeps).isLessThanOrEqualTo(2);
    writer.runFor(1_000);
    assertThat(store.upkeeps).isEqualTo(20);
    writer.runFor(10_000);
    assertThat(store.upkeeps).as("idle, and nothing to do").isEqualTo(20);
  }

  @Test
  void upkeepThatFailsIsTriedAgainLater() {
    store.upkeep =
        () -> {
          throw ScriptedStore.failure(StoreException.Reason.IO);
        };
    writer.runFor(10);
    submit("a");
    writer.runFor(1_000);
    assertThat(store.upkeeps).isEqualTo(1);
    submit("b");
    writer.runFor(1_000);
    assertThat(store.upkeeps).isEqualTo(2);
    assertThat(told).containsExactly("a", "b");
  }

  /** Something that no store should throw, and that says nothing of what was written. */
  private static List<Throwable> unforeseen() {
    return List.of(
        new OutOfMemoryError("planted"),
        new NoClassDefFoundError("planted"),
        new StackOverflowError("planted"),
        new IllegalStateException("planted"));
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

  @ParameterizedTest
  @MethodSource("unforeseen")
  void upkeepThatThrowsWhatNobodyForesawStopsNothing(Throwable unforeseen) {
    store.upkeep =
        () -> {
          throw sneaky(unforeseen);
        };
    writer.runFor(10);
    submit("a");
    writer.runFor(1_000);
    submit("b");
    writer.runFor(1_000);
    assertThat(told).containsExactly("a", "b");
    assertThat(store.upkeeps).isEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource("unforeseen")
  void anEntryThatThrowsWhatNobodyForesawFailsAlone(Throwable unforeseen) {
    submit("a", "b");
    journal.submit(
        new Entry("broken", true) {
          @Override
          public void prepare(JournalBatch writing) {
            super.prepare(writing);
            throw sneaky(unforeseen);
          }
        });
    submit("c");
    writer.run();
    assertThat(told).containsExactlyInAnyOrder("a", "b", "broken:STORE_FAILED", "c");
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> RuntimeException sneaky(Throwable what) throws T {
    throw (T) what;
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
    assertThat(store.commits).hasSizeBetween(12, 20);
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
    public void prepare(JournalBatch writing) {
      super.prepare(writing);
      super.prepare(writing);
    }
  }

  /** What fails after the commit is done again: memory follows the disk, or the engine says so. */
  @Test
  void whatFollowsACommitIsDoneAgainIfItFails() {
    int[] tries = new int[1];
    submit("a");
    journal.submit(
        new Entry("throws", true) {
          @Override
          public void committed(JournalBatch writing) {
            if (tries[0]++ < 3) {
              throw new OutOfMemoryError("planted");
            }
            super.committed(writing);
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
          public void committed(JournalBatch writing) {
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

  @Test
  void afterItsEndThereIsNoUpkeep() {
    store.upkeep = () -> true;
    journal.stopUpkeep();
    submit("a");
    writer.runFor(1_000);
    assertThat(store.upkeeps).isZero();
    assertThat(told).containsExactly("a");
  }
}
