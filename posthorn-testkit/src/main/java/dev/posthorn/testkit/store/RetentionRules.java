package dev.posthorn.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.ApplicationSpec;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.DedupeKey;
import dev.posthorn.spi.store.rows.DedupeRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.SettingChange.PutApplication;
import dev.posthorn.spi.store.rows.SettingChange.RemoveApplication;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** History past its retention is removed in bounded steps; waiting deliveries stay. */
interface RetentionRules extends StoreRules {
  long OTHER = Rows.application(8);

  @Test
  default void whatIsOlderThanTheRetentionGoes() {
    commit(
        b -> {
          for (int i = 1; i <= 100; i++) {
            b.messages.add(Rows.message(i * 10L, 5));
            b.attempts.add(Rows.attempt(i * 10L + 2, i * 10L, 5));
          }
          b.idFloor = 1_100;
        });
    upkeep(501);

    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION))
        .hasSize(50)
        .first()
        .extracting(MessageRow::id)
        .isEqualTo(510L);
    assertThat(reads().message(500)).isNull();
    assertThat(Rows.messages(reads(), 500, 510)).hasSize(1);
    // Accepted before, attempted after.
    assertThat(reads().attempts(500)).extracting(AttemptRow::id).containsExactly(502L);
    assertThat(reads().attempts(490)).isEmpty();
    assertThat(HistoryRules.attempts(reads(), 5)).hasSize(51);

    upkeep(503);
    assertThat(reads().attempts(500)).isEmpty();
  }

  @Test
  default void aMessageWithALiveRowStaysWithItsAttemptsUntilThatIsGone() {
    LiveRow hot = Rows.hot(11, 5, 10);
    LiveRow parked = Rows.parked(22, 6, 20, 9_000);
    commit(
        b -> {
          b.messages.add(Rows.message(10, 5));
          b.messages.add(Rows.message(20, 5, 6));
          b.messages.add(Rows.message(30, 5));
          b.hot.add(hot);
          b.parked.add(parked);
          b.attempts.add(Rows.attempt(40, 10, 5));
          b.attempts.add(Rows.attempt(41, 20, 6));
          b.attempts.add(Rows.attempt(42, 30, 5));
          b.idFloor = 42;
        });
    upkeep(100);
    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION))
        .extracting(MessageRow::id)
        .containsExactly(10L, 20L);
    assertThat(reads().attempts(10)).hasSize(1);
    assertThat(HistoryRules.attempts(reads(), 6)).hasSize(1);
    assertThat(reads().attempts(30)).isEmpty();

    LiveRow later = Rows.parked(22, 6, 20, 10_000);
    commit(
        b -> {
          b.hotRemovals.add(hot);
          b.parkedRemovals.add(parked);
          b.parked.add(later);
          b.attempts.add(Rows.attempt(43, 20, 6));
          b.idFloor = 43;
        });
    reopen();
    upkeep(100);
    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION))
        .extracting(MessageRow::id)
        .containsExactly(20L);
    assertThat(reads().attempts(20)).hasSize(2);
    assertThat(HistoryRules.attempts(reads(), 5)).isEmpty();

    commit(b -> b.parkedRemovals.add(later));
    upkeep(100);
    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION)).isEmpty();
    assertThat(reads().attempts(20)).isEmpty();
    assertThat(HistoryRules.attempts(reads(), 6)).isEmpty();
  }

  @Test
  default void heldMessagesDoNotKeepTheOthersNorCostWorkAgain() {
    int held = 3_000;
    commit(
        b -> {
          for (int i = 0; i < held; i++) {
            b.messages.add(Rows.message(10L * i + 1, 5));
            b.parked.add(Rows.parked(10L * i + 2, 5, 10L * i + 1, 5_000));
            b.attempts.add(Rows.attempt(10L * i + 3, 10L * i + 1, 5));
          }
          for (int i = held; i < held + 600; i++) {
            b.messages.add(Rows.message(10L * i + 1, 5));
            b.attempts.add(Rows.attempt(10L * i + 3, 10L * i + 1, 5));
          }
          b.idFloor = 10L * (held + 600);
        });
    upkeep(10L * (held + 600));
    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION)).hasSize(held);
    assertThat(HistoryRules.attempts(reads(), 5)).hasSize(held);

    // One more message passes the edge: that is one step, however many are held before it.
    long last = 10L * (held + 700);
    commit(
        b -> {
          b.messages.add(Rows.message(last));
          b.idFloor = last;
        });
    assertThat(upkeep(last + 1)).isLessThanOrEqualTo(3);
    assertThat(reads().message(last)).isNull();

    commit(
        b -> {
          for (int i = 0; i < held; i++) {
            b.parkedRemovals.add(Rows.parked(10L * i + 2, 5, 10L * i + 1, 5_000));
          }
        });
    upkeep(last + 1);
    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION)).isEmpty();
    assertThat(HistoryRules.attempts(reads(), 5)).isEmpty();
  }

  @Test
  default void aHeldMessageWithManyAttemptsGoesWithAllOfThem() {
    commit(
        b -> {
          b.messages.add(Rows.message(1, 5));
          b.hot.add(Rows.hot(2, 5, 1));
          for (int i = 0; i < 5_000; i++) {
            b.attempts.add(Rows.attempt(10 + i, 1, 5));
          }
          b.idFloor = 6_000;
        });
    upkeep(5_900);
    assertThat(reads().attempts(1)).hasSize(5_000);
    commit(b -> b.hotRemovals.add(Rows.hot(2, 5, 1)));
    upkeep(5_900);
    assertThat(reads().message(1)).isNull();
    assertThat(reads().attempts(1)).isEmpty();
    assertThat(HistoryRules.attempts(reads(), 5)).isEmpty();
  }

  @Test
  default void aMessageThatComesAfterItsRetentionGoesToo() {
    commit(
        b -> {
          b.messages.add(Rows.message(10));
          b.messages.add(Rows.message(100));
          b.idFloor = 100;
        });
    upkeep(50);
    commit(b -> b.messages.add(Rows.message(20)));
    commit(
        b -> {
          b.messages.add(Rows.message(30, 5));
          b.parked.add(Rows.parked(101, 5, 30, 1));
          b.idFloor = 101;
        });
    upkeep(50);
    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION))
        .extracting(MessageRow::id)
        .containsExactly(30L, 100L);
    commit(b -> b.parkedRemovals.add(Rows.parked(101, 5, 30, 1)));
    upkeep(50);
    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION))
        .extracting(MessageRow::id)
        .containsExactly(100L);
  }

  @Test
  default void oneCallRemovesABoundedPart() {
    commit(
        b -> {
          for (int i = 1; i <= 10_000; i++) {
            b.messages.add(Rows.message(i));
          }
          b.idFloor = 10_000;
        });
    int calls = upkeep(10_001);
    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION)).isEmpty();
    assertThat(calls).as("calls of upkeep for 10,000 messages").isBetween(10, 1_000);
  }

  // ---- removed applications -------------------------------------------------------------------

  @Test
  default void whatIsLeftOfARemovedApplicationGoesPromptly() {
    commit(
        b -> {
          b.settings.add(new PutApplication(application(Rows.APPLICATION)));
          b.settings.add(new PutApplication(application(OTHER)));
          for (int i = 1; i <= 2_000; i++) {
            long owner = i % 2 == 0 ? Rows.APPLICATION : OTHER;
            b.messages.add(Rows.withEvent("e" + i, Rows.message(i * 10L, owner, "a.b", 5)));
            b.attempts.add(Rows.attempt(i * 10L + 2, i * 10L, 5));
          }
          b.idFloor = 20_100;
        });
    upkeep(0);
    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION)).hasSize(1_000);

    commit(
        b -> {
          b.settings.add(new RemoveApplication(Rows.APPLICATION));
          b.idFloor = 20_200;
        });
    reopen();
    assertThat(upkeep(0)).as("calls of upkeep for 1,000 messages").isBetween(2, 500);
    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION)).isEmpty();
    assertThat(reads().message(20)).isNull();
    assertThat(reads().messageByEvent(Rows.APPLICATION, "e2")).isNull();
    assertThat(reads().attempts(20)).isEmpty();
    assertThat(HistoryRules.messages(reads(), OTHER)).hasSize(1_000);
    assertThat(HistoryRules.attempts(reads(), 5)).hasSize(1_000);
    assertThat(upkeep(0)).as("nothing is left to look for").isLessThanOrEqualTo(2);
  }

  @Test
  default void whatIsLeftOfARemovedApplicationGoesOnceItsDeliveriesHaveEnded() {
    setClock(Instant.ofEpochMilli(1_000));
    LiveRow parked = Rows.parked(11, 5, 10, 9_000);
    commit(
        b -> {
          b.settings.add(new PutApplication(application(Rows.APPLICATION)));
          b.messages.add(Rows.message(10, 5));
          b.messages.add(Rows.message(20, 5));
          b.parked.add(parked);
          b.attempts.add(Rows.attempt(12, 10, 5));
          b.settings.add(new RemoveApplication(Rows.APPLICATION));
          b.idFloor = 30;
        });
    upkeep(0);
    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION))
        .extracting(MessageRow::id)
        .containsExactly(10L);

    commit(
        b -> {
          b.parkedRemovals.add(parked);
          b.attempts.add(Rows.attempt(40, 10, 5));
          b.idFloor = 40;
        });
    for (int minute = 1; minute < 4; minute++) {
      setClock(Instant.ofEpochMilli(1_000 + 60_000L * minute));
      upkeep(0);
    }
    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION)).isEmpty();
    assertThat(reads().attempts(10)).isEmpty();
    assertThat(HistoryRules.attempts(reads(), 5)).isEmpty();
  }

  private static ApplicationRow application(long id) {
    return new ApplicationRow(id, 1, ApplicationSpec.of(null, "app " + id), 0, 0);
  }

  @Test
  default void aKeyCountsUntilItExpires() {
    setClock(Instant.ofEpochMilli(100));
    DedupeRow first = new DedupeRow("app 1", "key", new byte[] {1}, 10, 500);
    DedupeRow other = new DedupeRow("app 2", "key", new byte[] {2}, 11, 500);
    commit(
        b -> {
          b.dedupe.add(first);
          b.dedupe.add(other);
        });
    assertThat(remembered("app 1", "key", 499)).usingRecursiveComparison().isEqualTo(first);
    assertThat(remembered("app 2", "key", 499)).usingRecursiveComparison().isEqualTo(other);
    assertThat(remembered("app 1", "another", 499)).isNull();
    assertThat(remembered("app 1", "key", 500)).isNull();

    DedupeRow again = new DedupeRow("app 1", "key", new byte[] {3}, 0, new byte[] {0, 8}, 900);
    commit(
        b -> {
          b.dedupe.add(again);
          b.now = 600;
        });
    assertThat(remembered("app 1", "key", 500)).usingRecursiveComparison().isEqualTo(again);

    setClock(Instant.ofEpochMilli(600));
    upkeep(0);
    assertThat(remembered("app 2", "key", 0)).as("removed by upkeep").isNull();
    assertThat(remembered("app 1", "key", 0)).isNotNull();
  }

  private @Nullable DedupeRow remembered(String scope, String key, long now) {
    List<DedupeRow> found = store().dedupe(List.of(new DedupeKey(scope, key)), now);
    assertThat(found).hasSizeLessThanOrEqualTo(1);
    return found.isEmpty() ? null : found.getFirst();
  }

  @Test
  default void manyKeysAreLookedUpTogether() {
    List<DedupeKey> keys = new ArrayList<>();
    commit(
        b -> {
          for (int i = 0; i < 750; i++) {
            DedupeRow row = new DedupeRow("app " + i % 3, "ключ\u0000" + i, new byte[0], i, 500);
            keys.add(row.dedupeKey());
            if (i % 2 == 0) {
              b.dedupe.add(row);
            }
          }
        });
    assertThat(store().dedupe(keys, 499))
        .extracting(DedupeRow::message)
        .hasSize(375)
        .allMatch(message -> message % 2 == 0)
        .doesNotHaveDuplicates();
    assertThat(store().forWriter().dedupe(keys.subList(0, 100), 499)).hasSize(50);
    assertThat(store().dedupe(List.of(), 499)).isEmpty();
  }
}
