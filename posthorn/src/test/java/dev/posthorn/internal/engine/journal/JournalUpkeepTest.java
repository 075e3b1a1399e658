package dev.posthorn.internal.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.ScriptedStore;
import dev.posthorn.spi.store.StoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Upkeep of the store between commits. */
class JournalUpkeepTest extends JournalFixture {
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
