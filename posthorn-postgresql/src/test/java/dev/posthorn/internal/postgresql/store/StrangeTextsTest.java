package dev.posthorn.internal.postgresql.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.reads.MessageFilter;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.reads.PartitionRow;
import dev.posthorn.spi.store.reads.ScanKey;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.ApplicationSpec;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.ConsumerRow;
import dev.posthorn.spi.store.rows.DedupeKey;
import dev.posthorn.spi.store.rows.DedupeRow;
import dev.posthorn.spi.store.rows.EventTypeRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Texts with NUL and halves of surrogate pairs come back, and are found, from every table. */
@ExtendWith(PostgresqlExtension.class)
class StrangeTextsTest {
  private static final String STRANGE = "a\u0000b\uD83D\uFFFFc\uD83D\uDE00";

  @Test
  void strangeTextsComeBack(TestDatabase database) {
    MessageSpec spec =
        new MessageSpec(STRANGE, List.of(STRANGE), List.of(STRANGE, "x"), STRANGE, STRANGE, 0);
    MessageRow message = new MessageRow(10, 7, spec, new long[] {5}, new byte[] {0});
    AttemptRow attempt = AttemptRow.of(12, 10, 11, 5).error(STRANGE).build();
    ApplicationRow application =
        new ApplicationRow(
            7, 1, new ApplicationSpec(STRANGE, STRANGE, 0, Map.of(STRANGE, STRANGE)), 0, 0);
    EventTypeRow type = EventTypeRow.of(1, STRANGE, 5).build();
    DedupeRow key = new DedupeRow(STRANGE, STRANGE, new byte[] {1}, 10, 500);
    try (Store store = DatabaseFixture.partitioned(database).open()) {
      int partition = store.partitionOf(7);
      ConsumerRow consumer = new ConsumerRow(5, STRANGE, 1, 2);
      Batch batch = new Batch();
      batch.in(partition).messages.add(message);
      batch.in(partition).attempts.add(attempt);
      batch.dedupe.add(key);
      batch.settings.add(new SettingChange.PutApplication(application));
      batch.settings.add(new SettingChange.PutConsumer(partition, consumer));
      batch.settings.add(new SettingChange.PutEventType(type));
      batch.settings.add(new SettingChange.PutSetting(STRANGE, STRANGE));
      store.commit(batch);

      PartitionReads reads = store.in(partition);
      assertThat(reads.message(10)).usingRecursiveComparison().isEqualTo(message);
      assertThat(reads.messageByEvent(7, STRANGE)).usingRecursiveComparison().isEqualTo(message);
      MessageFilter filter = new MessageFilter(Set.of(STRANGE), STRANGE, STRANGE, STRANGE, 5);
      assertThat(reads.messages(new MessageQuery(7, PageRequest.oldest(2), filter)).rows())
          .hasSize(1);
      assertThat(reads.attempt(12)).usingRecursiveComparison().isEqualTo(attempt);
      assertThat(store.across(Set.of(partition)).applications(ScanKey.START, 10).rows())
          .containsExactly(new PartitionRow<>(partition, application));
      assertThat(reads.consumers(5)).containsExactly(consumer);
      assertThat(store.eventTypes(1)).containsExactly(type);
      assertThat(store.setting(STRANGE)).isEqualTo(STRANGE);
      assertThat(store.dedupe(List.of(new DedupeKey(STRANGE, STRANGE)), 1))
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactly(key);

      Batch end = new Batch();
      end.settings.add(new SettingChange.RemoveConsumer(partition, 5, STRANGE));
      end.settings.add(new SettingChange.RemoveEventType(1, STRANGE));
      end.settings.add(new SettingChange.PutSetting(STRANGE, null));
      store.commit(end);
      assertThat(reads.consumers(5)).isEmpty();
      assertThat(store.eventTypes(1)).isEmpty();
      assertThat(store.setting(STRANGE)).isNull();
    }
  }

  @Test
  void aTextThatIsTooLongForAnIndexIsRejectedAlone(TestDatabase database) {
    StringBuilder random = new StringBuilder();
    new Random(1).ints(20_000, 'a', 'z').forEach(unit -> random.append((char) unit));
    MessageSpec spec = MessageSpec.of("a").withEventId(random.toString());
    try (Store store = DatabaseFixture.partitioned(database).open()) {
      int partition = store.partitionOf(7);
      Batch bad = new Batch();
      bad.in(partition).messages.add(new MessageRow(10, 7, spec, new long[0], new byte[0]));
      assertThatThrownBy(() -> store.commit(bad))
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.REJECTED));
      Batch good = new Batch();
      good.in(partition)
          .messages
          .add(new MessageRow(20, 7, MessageSpec.of("a"), new long[0], new byte[0]));
      store.commit(good);
      assertThat(store.in(partition).message(20)).isNotNull();
      assertThat(store.in(partition).message(10)).isNull();
    }
  }

  @Test
  void theStoreTellsItsSizeAndWhoMakesBackups(TestDatabase database) {
    DatabaseFixture fixture = DatabaseFixture.partitioned(database);
    byte[] body = new byte[1 << 20];
    long before;
    try (Store store = fixture.open()) {
      before = store.stats().fileBytes();
      assertThat(before).isPositive();
      Batch batch = new Batch();
      new Random(1).nextBytes(body);
      batch
          .in(store.partitionOf(7))
          .messages
          .add(new MessageRow(10, 7, MessageSpec.of("a"), new long[0], body));
      store.commit(batch);
    }
    try (Store store = fixture.open()) {
      assertThat(store.stats().fileBytes()).isGreaterThan(before + body.length);
      assertThatThrownBy(() -> store.backup(Path.of("copy")))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("pg_dump");
    }
  }
}
