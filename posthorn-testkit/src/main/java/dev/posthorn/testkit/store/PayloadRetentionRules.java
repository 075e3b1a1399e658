package dev.posthorn.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.PayloadEnd;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Payloads are removed when they are due, in bounded steps, and never before their delivery. */
interface PayloadRetentionRules extends StoreRules {

  @Test
  default void aPayloadGoesWhenItIsDueAndItsMessageStays() {
    setClock(Instant.ofEpochMilli(100));
    commit(
        b -> {
          b.messages.add(Rows.message(10, 5));
          b.messages.add(Rows.message(20, 5));
          b.messages.add(Rows.message(30, 5));
          b.attempts.add(Rows.attempt(12, 10, 5));
          b.payloadEnds.add(new PayloadEnd(500, 10));
          b.payloadEnds.add(new PayloadEnd(501, 20));
          b.payloadEnds.add(new PayloadEnd(400, 99));
          b.idFloor = 40;
        });
    upkeep(0);
    assertThat(isExpunged(10)).isFalse();

    setClock(Instant.ofEpochMilli(500));
    reopen();
    upkeep(0);
    assertThat(isExpunged(10)).isTrue();
    assertThat(isExpunged(20)).isFalse();
    assertThat(reads().attempts(10)).hasSize(1);

    setClock(Instant.ofEpochMilli(501));
    upkeep(0);
    assertThat(isExpunged(20)).isTrue();
    assertThat(isExpunged(30)).isFalse();
    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION)).hasSize(3);
  }

  @Test
  default void aPayloadThatIsYetToBeDeliveredStaysUntilThen() {
    LiveRow hot = Rows.hot(11, 5, 10);
    LiveRow parked = Rows.parked(22, 6, 20, 9_000);
    commit(
        b -> {
          b.messages.add(Rows.message(10, 5));
          b.messages.add(Rows.message(20, 5, 6));
          b.hot.add(hot);
          b.parked.add(parked);
          b.payloadEnds.add(new PayloadEnd(500, 10));
          b.payloadEnds.add(new PayloadEnd(500, 20));
          b.idFloor = 30;
        });
    long now = 600;
    setClock(Instant.ofEpochMilli(now));
    assertThat(upkeep(0)).as("one look").isLessThanOrEqualTo(2);
    commit(
        b -> {
          b.hotRemovals.add(hot);
          b.parkedRemovals.add(parked);
        });
    upkeep(0);
    assertThat(isExpunged(10)).as("is looked at later").isFalse();
    setClock(Instant.ofEpochMilli(now + PayloadEnd.AGAIN_MILLIS));
    upkeep(0);
    assertThat(isExpunged(10)).isTrue();
    assertThat(isExpunged(20)).isTrue();
  }

  @Test
  default void oneCallRemovesABoundedPartOfThePayloads() {
    commit(
        b -> {
          for (int i = 1; i <= 5_000; i++) {
            b.messages.add(Rows.message(i));
            b.payloadEnds.add(new PayloadEnd(i % 7, i));
          }
          b.idFloor = 5_000;
        });
    setClock(Instant.ofEpochMilli(10));
    int calls = upkeep(0);
    assertThat(calls).as("calls of upkeep for 5,000 payloads").isBetween(5, 1_000);
    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION))
        .hasSize(5_000)
        .allMatch(MessageRow::expunged);
  }

  @Test
  default void aMessageMayGoBeforeItsPayloadIsDue() {
    commit(
        b -> {
          b.messages.add(Rows.message(10));
          b.payloadEnds.add(new PayloadEnd(500, 10));
          b.idFloor = 20;
        });
    upkeep(15);
    setClock(Instant.ofEpochMilli(500));
    upkeep(15);
    assertThat(reads().message(10)).isNull();
  }

  private boolean isExpunged(long message) {
    return Objects.requireNonNull(reads().message(message)).expunged();
  }
}
