package dev.posthorn.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import dev.posthorn.spi.store.rows.SettingChange.PutSetting;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A batch that cannot be stored leaves no trace and harms nothing else. */
interface FaultRules extends StoreRules {

  private static Reason failure(Store store, Batch batch) {
    return catchThrowableOfType(StoreException.class, () -> store.commit(batch)).reason();
  }

  @Test
  default void aRowThatCannotBeStoredFailsAloneOnceTheBatchIsBisected() {
    // Hot rows have no attempts: there is no room for them.
    LiveRow poisoned = LiveRow.hot(31, 5, 30, 0, 0).withAttempts(2);
    Changes whole = new Changes(partition());
    whole.settings.add(new PutSetting("name", "value"));
    for (int i = 1; i <= 5; i++) {
      whole.messages.add(Rows.message(i * 10L, 5));
      whole.hot.add(i == 3 ? poisoned : Rows.hot(i * 10L + 1, 5, i * 10L));
      whole.attempts.add(Rows.attempt(100L + i, i * 10L, 6));
    }
    whole.idFloor = 106;

    assertThat(failure(store(), whole.batch())).isEqualTo(Reason.REJECTED);
    assertThat(scan().hot(0, 10)).isEmpty();
    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION)).isEmpty();
    assertThat(HistoryRules.attempts(reads(), 6)).isEmpty();
    assertThat(store().setting("name")).isNull();
    assertThat(store().idFloor()).isZero();

    for (int i = 0; i < 5; i++) {
      Changes part = new Changes(partition());
      part.messages.add(whole.messages.get(i));
      part.hot.add(whole.hot.get(i));
      part.attempts.add(whole.attempts.get(i));
      if (i == 2) {
        assertThat(failure(store(), part.batch())).isEqualTo(Reason.REJECTED);
      } else {
        store().commit(part.batch());
      }
    }
    assertThat(scan().hot(0, 10)).extracting(LiveRow::id).containsExactly(11L, 21L, 41L, 51L);
    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION)).hasSize(4);
    assertThat(HistoryRules.attempts(reads(), 6)).hasSize(4);
  }

  @Test
  default void aFullStoreRefusesWholeBatchesAndKeepsTheRest() {
    Optional<Store> small = reopenSmall(4 << 20);
    assumeTrue(small.isPresent(), "this store cannot be made small");
    int stored = 0;
    Reason reason = null;
    while (reason == null) {
      Batch batch = large(stored + 1);
      try {
        store().commit(batch);
        stored++;
        assertThat(stored).as("batches of 100 kB").isLessThan(1_000);
      } catch (StoreException e) {
        reason = e.reason();
      }
    }
    assertThat(reason).isEqualTo(Reason.FULL);
    int batches = stored;
    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION)).hasSize(batches * 2);
    assertThat(scan().hot(0, 1_000)).hasSize(batches);

    // What is stored can be ended, and its end makes room.
    commit(
        b -> {
          for (int i = 1; i <= batches; i++) {
            b.hotRemovals.add(Rows.hot(i * 10L + 1, 5, i * 10L));
          }
        });
    upkeep(batches * 10L);
    store().commit(large(batches + 1));
    assertThat(reads().message((batches + 1) * 10L)).isNotNull();
  }

  private Batch large(int number) {
    Changes batch = new Changes(partition());
    for (long id : List.of(number * 10L, number * 10L + 2)) {
      MessageRow row = Rows.message(id, 5);
      batch.messages.add(
          new MessageRow(
              id,
              row.application(),
              MessageSpec.of(row.type())
                  .withChannels(row.channels())
                  .withTags(row.tags())
                  .withContentType(row.contentType()),
              row.targets(),
              new byte[50_000]));
    }
    batch.hot.add(Rows.hot(number * 10L + 1, 5, number * 10L));
    batch.idFloor = number * 10L + 2;
    return batch.batch();
  }

  @Test
  default void aClosedStoreSaysSo() {
    Store closed = store();
    closed.close();
    closed.close();
    assertThat(failure(closed, new Batch())).isEqualTo(Reason.CLOSED);
    assertThat(catchThrowableOfType(StoreException.class, () -> scan(closed).hot(0, 1)).reason())
        .isEqualTo(Reason.CLOSED);
    reopen();
    assertThat(scan().hot(0, 1)).isEmpty();
  }
}
