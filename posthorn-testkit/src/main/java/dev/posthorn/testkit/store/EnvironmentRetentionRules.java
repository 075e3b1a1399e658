package dev.posthorn.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.ApplicationSpec;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.SettingChange.PutApplication;
import dev.posthorn.spi.store.rows.SettingChange.PutEnvironment;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** An environment may keep its messages for less time than the store keeps any. */
interface EnvironmentRetentionRules extends StoreRules {
  long HOUR = Duration.ofHours(1).toMillis();
  long FOREIGN = Rows.application(8);

  /** An environment that keeps messages for two hours, and another one that has no say. */
  private void addEnvironments() {
    commit(
        b -> {
          b.settings.add(new PutEnvironment(new EnvironmentRow(1, "short", 0, 0, 2 * HOUR)));
          b.settings.add(new PutEnvironment(new EnvironmentRow(2, "long", 0, 0)));
          b.settings.add(new PutApplication(application(Rows.APPLICATION, 1)));
          b.settings.add(new PutApplication(application(FOREIGN, 2)));
        });
  }

  private static ApplicationRow application(long id, long environment) {
    return new ApplicationRow(id, environment, ApplicationSpec.of(null, "app " + id), 0, 0);
  }

  private static long at(double hour) {
    return Ids.firstAt((long) (hour * HOUR));
  }

  private void upkeepAt(double hour) {
    setClock(Instant.ofEpochMilli((long) (hour * HOUR)));
    upkeep(0);
  }

  @Test
  default void messagesOfAnEnvironmentGoWithTheirAttemptsWhenItsTimeIsOver() {
    addEnvironments();
    commit(
        b -> {
          b.messages.add(Rows.withEvent("event", Rows.message(at(1), 5)));
          b.messages.add(Rows.message(at(2), FOREIGN, "invoice.paid", 6));
          b.messages.add(Rows.message(at(3), 5));
          b.attempts.add(Rows.attempt(at(1) + 2, at(1), 5));
          b.attempts.add(Rows.attempt(at(1) + 3, at(1), 5));
          b.attempts.add(Rows.attempt(at(2) + 2, at(2), 6));
          b.attempts.add(Rows.attempt(at(3) + 2, at(3), 5));
          b.idFloor = at(4);
        });
    upkeepAt(3);
    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION)).hasSize(2);

    upkeepAt(4.5);
    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION))
        .extracting(MessageRow::id)
        .containsExactly(at(3));
    assertThat(reads().message(at(1))).isNull();
    assertThat(reads().messageByEvent(Rows.APPLICATION, "event")).isNull();
    assertThat(reads().attempts(at(1))).isEmpty();
    assertThat(HistoryRules.attempts(reads(), 5))
        .extracting(AttemptRow::id)
        .containsExactly(at(3) + 2);

    reopen();
    upkeepAt(6);
    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION)).isEmpty();
    assertThat(HistoryRules.attempts(reads(), 5)).isEmpty();
    assertThat(HistoryRules.messages(reads(), FOREIGN)).hasSize(1);
    assertThat(HistoryRules.attempts(reads(), 6)).hasSize(1);
  }

  @Test
  default void whatIsYetToBeDeliveredStaysUntilThen() {
    addEnvironments();
    LiveRow parked = Rows.parked(at(1) + 1, 5, at(1), 9_000);
    commit(
        b -> {
          b.messages.add(Rows.message(at(1), 5));
          b.messages.add(Rows.message(at(1) + 10));
          b.parked.add(parked);
          b.attempts.add(Rows.attempt(at(1) + 2, at(1), 5));
          b.idFloor = at(2);
        });
    upkeepAt(4);
    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION))
        .extracting(MessageRow::id)
        .containsExactly(at(1));
    assertThat(reads().attempts(at(1))).hasSize(1);

    commit(
        b -> {
          b.parkedRemovals.add(parked);
          b.attempts.add(Rows.attempt(at(4), at(1), 5));
          b.idFloor = at(4);
        });
    upkeepAt(7);
    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION)).isEmpty();
    assertThat(HistoryRules.attempts(reads(), 5)).isEmpty();
  }

  @Test
  default void theStoresOwnRetentionGoesOnBesideIt() {
    addEnvironments();
    commit(
        b -> {
          for (int i = 0; i < 2_000; i++) {
            long id = at(1) + 10L * i;
            b.messages.add(Rows.message(id, i % 2 == 0 ? Rows.APPLICATION : FOREIGN, "a.b", 5));
            b.attempts.add(Rows.attempt(id + 2, id, 5));
            b.attempts.add(Rows.attempt(id + 3, id, 5));
          }
          b.idFloor = at(2);
        });
    setClock(Instant.ofEpochMilli(4 * HOUR));
    assertThat(upkeep(0)).as("calls of upkeep for 1,000 messages").isBetween(2, 500);
    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION)).isEmpty();
    assertThat(HistoryRules.messages(reads(), FOREIGN)).hasSize(1_000);
    assertThat(HistoryRules.attempts(reads(), 5)).hasSize(2_000);

    setClock(Instant.ofEpochMilli(9 * HOUR));
    upkeep(at(3));
    assertThat(HistoryRules.messages(reads(), FOREIGN)).isEmpty();
    assertThat(HistoryRules.attempts(reads(), 5)).isEmpty();
  }

  @Test
  default void aRetentionThatIsTakenBackInTheMiddleRemovesNothingMore() {
    addEnvironments();
    commit(
        b -> {
          for (int i = 0; i < 3_000; i++) {
            b.messages.add(Rows.message(at(1) + i));
          }
          b.idFloor = at(2);
        });
    setClock(Instant.ofEpochMilli(9 * HOUR));
    int before = 3_000;
    while (HistoryRules.messages(reads(), Rows.APPLICATION).size() == before) {
      store().upkeep(0, now().toEpochMilli());
    }
    commit(b -> b.settings.add(new PutEnvironment(new EnvironmentRow(1, "short", 0, 1))));
    int left = HistoryRules.messages(reads(), Rows.APPLICATION).size();
    assertThat(left).isPositive();
    upkeep(0);
    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION)).hasSize(left);
  }

  @Test
  default void manyApplicationsAndManyAttemptsAreWalkedInParts() {
    addEnvironments();
    int others = 450;
    commit(
        b -> {
          for (int i = 0; i < others; i++) {
            long owner = Rows.application(100 + i);
            b.settings.add(new PutApplication(application(owner, 1 + i % 2)));
            b.messages.add(Rows.message(at(1) + 100L * i, owner, "a.b", 5));
            for (int attempt = 1; attempt < 9; attempt++) {
              b.attempts.add(Rows.attempt(at(1) + 100L * i + attempt, at(1) + 100L * i, 5));
            }
          }
          b.messages.add(Rows.message(at(2), 5));
          for (int i = 1; i <= 5_000; i++) {
            b.attempts.add(Rows.attempt(at(2) + i, at(2), 5));
          }
          b.idFloor = at(3);
        });
    setClock(Instant.ofEpochMilli(9 * HOUR));
    assertThat(upkeep(0)).isLessThan(500);
    for (int i = 0; i < others; i++) {
      assertThat(HistoryRules.messages(reads(), Rows.application(100 + i))).hasSize(i % 2);
    }
    assertThat(reads().message(at(2))).isNull();
    assertThat(HistoryRules.attempts(reads(), 5)).hasSize(others / 2 * 8);
  }

  @Test
  default void aRetentionThatIsTakenBackRemovesNothingMore() {
    addEnvironments();
    commit(
        b -> {
          b.messages.add(Rows.message(at(1)));
          b.idFloor = at(2);
          b.settings.add(new PutEnvironment(new EnvironmentRow(1, "short", 0, 1)));
        });
    upkeepAt(9);
    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION)).hasSize(1);
    assertThat(store().environments(0, 1)).containsExactly(new EnvironmentRow(1, "short", 0, 1));
  }
}
