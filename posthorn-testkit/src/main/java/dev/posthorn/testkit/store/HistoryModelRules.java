package dev.posthorn.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.HourCounts;
import dev.posthorn.spi.store.rows.HourRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** History reads complete whatever was committed, indexed, removed or killed before. */
interface HistoryModelRules extends StoreRules {

  @Test
  default void historyReadsAsAModelOfItDoes(TestReporter reporter) {
    long seed = new Random().nextLong();
    reporter.publishEntry("seed", String.valueOf(seed));
    Random random = new Random(seed);
    HistoryModel model = new HistoryModel(seed);
    for (int step = 0; step < 300; step++) {
      store().commit(model.batch(partition(), 1 + random.nextInt(25)));
      switch (random.nextInt(40)) {
        case 0 -> reopen();
        case 1 -> kill();
        case 2 -> {
          upkeep(model.nextKeepFrom());
          model.retained();
          model.check(reads(), true);
        }
        case 3 -> model.check(reads(), false);
        case 4, 5, 6, 7 -> store().upkeep(model.nextKeepFrom(), now().toEpochMilli());
        default -> {}
      }
    }
    upkeep(model.nextKeepFrom());
    model.retained();
    model.check(reads(), true);
  }

  @Test
  default void aLongHistoryReadsCompleteWhileItIsIndexed() {
    int endpoints = 40;
    int batches = 25;
    int perBatch = longHistory() / batches;
    for (int batch = 0; batch < batches; batch++) {
      long first = 1L + (long) batch * perBatch;
      commit(
          b -> {
            for (long id = first; id < first + perBatch; id++) {
              MessageRow row = Rows.message(id, owner(id), "t");
              b.messages.add(id % 2 == 0 ? row : Rows.withEvent("event " + id, row));
              b.attempts.add(Rows.attempt(id, id / 2, 1 + id * 7 % endpoints));
            }
            b.idFloor = first + perBatch;
          });
      if (batch % 3 != 0) {
        store().upkeep(0, now().toEpochMilli());
      }
      if (batch == 12) {
        kill();
      }
      if (batch % 8 == 0) {
        checkHistory(first + perBatch - 1, endpoints);
      }
    }
    checkHistory((long) batches * perBatch, endpoints);
    upkeep(0);
    checkHistory((long) batches * perBatch, endpoints);
    reopen();
    checkHistory((long) batches * perBatch, endpoints);
  }

  private static long owner(long message) {
    return Rows.application((int) (message % 3));
  }

  private void checkHistory(long last, int endpoints) {
    for (int application = 0; application < 3; application++) {
      int remainder = application;
      assertThat(
              HistoryRules.messages(reads(), Rows.application(application)).stream()
                  .mapToLong(MessageRow::id)
                  .toArray())
          .containsExactly(Rows.range(1, last + 1, id -> id % 3 == remainder));
    }
    for (int endpoint = 0; endpoint < endpoints; endpoint += 13) {
      int remainder = endpoint;
      assertThat(
              HistoryRules.attempts(reads(), 1 + endpoint).reversed().stream()
                  .mapToLong(AttemptRow::id)
                  .toArray())
          .containsExactly(Rows.range(1, last + 1, id -> id * 7 % endpoints == remainder));
      long count = Rows.range(1, last + 1, id -> id * 7 % endpoints == remainder).length;
      assertThat(reads().hours(1 + endpoint, 0, 1))
          .containsExactly(new HourRow(1 + endpoint, 0, new HourCounts(count, 0, 0, count, 0)));
    }
    for (long id = 1; id < last; id += 998) {
      MessageRow found = reads().messageByEvent(owner(id), "event " + id);
      assertThat(found).extracting(MessageRow::id).isEqualTo(id);
    }
    for (long message = 1; message < last / 2; message += last / 20) {
      assertThat(reads().attempts(message))
          .extracting(AttemptRow::id)
          .containsExactly(2 * message, 2 * message + 1);
      for (long id = 2 * message; id <= 2 * message + 1; id++) {
        assertThat(reads().lastAttempt(message, 1 + id * 7 % endpoints))
            .extracting(AttemptRow::id)
            .isEqualTo(id);
        assertThat(reads().lastAttempt(message, 1 + id * 7 % endpoints, id + 1)).isNotNull();
        assertThat(reads().lastAttempt(message, 1 + id * 7 % endpoints, id)).isNull();
      }
      assertThat(reads().lastAttempt(message, 1 + (2 * message + 2) * 7 % endpoints)).isNull();
    }
  }
}
