package dev.posthorn.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.Timings;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.reads.LoadedMessages;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.DedupeKey;
import dev.posthorn.spi.store.rows.DedupeRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import dev.posthorn.spi.store.rows.ParkedKey;
import dev.posthorn.spi.store.rows.SettingChange.PutSetting;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages, attempts and endings are stored, and outlive a restart. */
interface LifeCycleRules extends StoreRules {

  @Test
  default void aMessageComesBackAsItWent() {
    MessageRow full =
        new MessageRow(
            10,
            Rows.application(3),
            MessageSpec.of("Größe.geändert")
                .withChannels(List.of("a", "b \"quoted\""))
                .withTags(List.of("tag", "größer"))
                .withEventId("event-1")
                .withContentType("text/plain; charset=utf-8"),
            new long[] {Long.MAX_VALUE, 1, 0},
            new byte[] {0, -1, 13, 10, 34});
    MessageRow plain = Rows.message(20);
    commit(b -> b.messages.addAll(List.of(full, plain)));

    assertThat(reads().message(10)).usingRecursiveComparison().isEqualTo(full);
    assertThat(reads().message(20)).usingRecursiveComparison().isEqualTo(plain);
    assertThat(reads().message(15)).isNull();
    assertThat(Rows.messages(reads(), 20, 15, 10))
        .as("as they are sent: each delivery of a message may have it read")
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(plain.withoutTargets(), full.withoutTargets());
  }

  @Test
  default void noMoreBodiesAreReadThanFit() {
    commit(
        b -> {
          b.messages.add(message(10, 300));
          b.messages.add(message(20, 0));
          b.messages.add(message(30, 500));
          b.messages.add(message(40, 1));
        });
    long[] ids = {30, 15, 20, 10, 40};
    assertLoaded(reads().messages(ids, 800), 4, 1, 30, 20, 10);
    assertLoaded(reads().messages(ids, 801), 5, 0, 30, 20, 10, 40);
    assertLoaded(reads().messages(ids, 799), 3, 300, 30, 20);
    assertLoaded(reads().messages(ids, 500), 3, 300, 30, 20);
    assertLoaded(reads().messages(ids, 499), 0, 500);
    assertLoaded(reads().messages(new long[] {20, 15}, 0), 2, 0, 20);
  }

  private static MessageRow message(long id, int bytes) {
    MessageRow row = Rows.message(id);
    return new MessageRow(
        id,
        row.application(),
        MessageSpec.of(row.type())
            .withChannels(row.channels())
            .withTags(row.tags())
            .withEventId(row.eventId())
            .withContentType(row.contentType()),
        row.targets(),
        new byte[bytes]);
  }

  private static void assertLoaded(
      LoadedMessages loaded, int examined, int nextBytes, long... ids) {
    assertThat(loaded.rows().stream().mapToLong(MessageRow::id).toArray()).isEqualTo(ids);
    assertThat(loaded.examined()).isEqualTo(examined);
    assertThat(loaded.nextBytes()).isEqualTo(nextBytes);
  }

  @Test
  default void whatIsExpungedIsGoneForGoodAndTheRestStays() {
    MessageRow message = Rows.message(10, 5);
    MessageRow other = Rows.message(20, 5);
    AttemptRow attempt = attempt(12, 10, new byte[] {1, 2});
    AttemptRow otherAttempt = attempt(13, 10, new byte[] {3});
    byte[] expunged = AttemptRow.EXPUNGED.getBytes(StandardCharsets.US_ASCII);
    commit(
        b -> {
          b.messages.addAll(List.of(message, other));
          b.attempts.addAll(List.of(attempt, otherAttempt));
        });
    Changes changes = new Changes(partition());
    changes.expungedMessages.addAll(List.of(10L, 99L));
    changes.expungedAttempts.addAll(List.of(12L, 99L));
    Batch batch = changes.batch();
    assertThat(batch.isEmpty()).isFalse();
    store().commit(batch);
    store().commit(batch);
    // As after a commit whose result was unknown.
    commit(b -> b.messages.add(message));
    reopen();

    assertThat(reads().message(10)).usingRecursiveComparison().isEqualTo(message.expunge());
    assertThat(reads().message(20)).usingRecursiveComparison().isEqualTo(other);
    assertThat(HistoryRules.messages(reads(), Rows.APPLICATION))
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(message.expunge(), other.withoutBody());
    assertThat(reads().attempts(10))
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(attempt(12, 10, expunged), otherAttempt);
    assertThat(HistoryRules.attempts(reads(), 5))
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(otherAttempt, attempt(12, 10, expunged));
  }

  @Test
  default void aMessageIsExpungedByTheBatchThatBringsIt() {
    MessageRow message = Rows.message(10, 5);
    commit(
        b -> {
          b.messages.add(message);
          b.expungedMessages.add(10L);
        });
    assertThat(reads().message(10)).usingRecursiveComparison().isEqualTo(message.expunge());
  }

  private static AttemptRow attempt(long id, long message, byte[] excerpt) {
    return AttemptRow.of(id, message, message + 1, 5)
        .state(DeliveryState.SUCCEEDED)
        .spent(1)
        .status(200)
        .excerpt(excerpt)
        .build();
  }

  @Test
  default void anAttemptComesBackAsItWent() {
    AttemptRow failed =
        AttemptRow.of(12, 10, 11, 5)
            .kind(AttemptKind.REPLAY)
            .spent(3)
            .status(503)
            .error("timeout_body")
            .timings(new Timings(1, 2, 3, 4, Integer.MAX_VALUE))
            .excerpt(new byte[] {0, 1, -1})
            .nextDue(77)
            .build();
    AttemptRow ended =
        AttemptRow.of(13, 10, 11, 5)
            .kind(AttemptKind.NONE)
            .state(DeliveryState.CANCELLED)
            .spent(3)
            .build();
    commit(
        b -> {
          b.messages.add(Rows.message(10, 5));
          b.attempts.addAll(List.of(failed, ended));
        });

    assertThat(reads().attempts(10))
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(failed, ended);
  }

  @Test
  default void aDeliveryGoesFromHotToParkedToItsEnd() {
    LiveRow hot = Rows.hot(11, 5, 10);
    LiveRow parked = Rows.parked(11, 5, 10, 2_000);
    commit(
        b -> {
          b.messages.add(Rows.message(10, 5));
          b.hot.add(hot);
        });
    assertThat(reads().live(10)).containsExactly(hot);

    commit(
        b -> {
          b.hotRemovals.add(hot);
          b.parked.add(parked);
          b.attempts.add(Rows.attempt(12, 10, 5, DeliveryState.WAITING));
        });
    assertThat(reads().live(10)).containsExactly(parked);

    commit(
        b -> {
          b.parkedRemovals.add(parked);
          b.attempts.add(Rows.attempt(13, 10, 5));
        });
    assertThat(reads().live(10)).isEmpty();
    assertThat(reads().attempts(10)).extracting(AttemptRow::id).containsExactly(12L, 13L);
  }

  @Test
  default void everyStateSurvivesARestart() {
    LiveRow[] rows = commitEveryState();
    assertEveryState(reopen(), rows);
  }

  @Test
  default void everyStateSurvivesAKill() {
    LiveRow[] rows = commitEveryState();
    assertEveryState(kill(), rows);
    assertEveryState(kill(), rows);
  }

  private LiveRow[] commitEveryState() {
    LiveRow hot = Rows.hot(11, 5, 10);
    LiveRow parked = Rows.parked(12, 6, 10, 2_000);
    LiveRow replay = LiveRow.parked(40, 5, 10, 3_000, 9_000, AttemptKind.REPLAY);
    commit(
        b -> {
          b.messages.add(Rows.message(10, 5, 6));
          b.hot.addAll(List.of(hot, Rows.hot(12, 6, 10)));
          b.settings.add(new PutSetting("name", "value"));
          b.dedupe.add(new DedupeRow("scope", "key", new byte[] {1}, 10, 500));
        });
    commit(
        b -> {
          b.hotRemovals.add(Rows.hot(12, 6, 10));
          b.parked.addAll(List.of(parked, replay));
          b.attempts.add(Rows.attempt(30, 10, 6, DeliveryState.WAITING));
          b.messages.add(Rows.message(20));
          b.idFloor = 50;
        });
    return new LiveRow[] {hot, replay, parked};
  }

  private void assertEveryState(Store store, LiveRow[] rows) {
    PartitionReads reads = reads(store);
    assertThat(reads.live(10)).containsExactly(rows);
    assertThat(scan(store).hot(0, 10)).containsExactly(rows[0]);
    assertThat(scan(store).parkedHeads(0, 10)).containsExactly(rows[1], rows[2]);
    assertThat(reads.attempts(10)).extracting(AttemptRow::id).containsExactly(30L);
    assertThat(Rows.messages(reads, 10, 20)).hasSize(2);
    assertThat(store.setting("name")).isEqualTo("value");
    assertThat(store.dedupe(List.of(new DedupeKey("scope", "key")), 499)).hasSize(1);
    assertThat(store.idFloor()).isEqualTo(50);
  }

  @Test
  default void aBatchCommittedTwiceIsTheSameAsOnce() {
    commit(b -> b.hot.add(Rows.hot(3, 5, 2)));
    Changes changes = new Changes(partition());
    changes.settings.add(new PutSetting("name", "value"));
    changes.hotRemovals.add(Rows.hot(3, 5, 2));
    changes.messages.add(Rows.message(10, 5, 6));
    changes.hot.add(Rows.hot(11, 5, 10));
    changes.parked.add(Rows.parked(12, 6, 10, 2_000));
    changes.attempts.add(Rows.attempt(13, 2, 5));
    changes.dedupe.add(new DedupeRow("scope", "key", new byte[] {1}, 10, 500));
    changes.idFloor = 13;
    Batch batch = changes.batch();
    store().commit(batch);
    List<Object> once = everything();

    store().commit(batch);
    assertThat(everything()).usingRecursiveComparison().isEqualTo(once);
    kill().commit(batch);
    assertThat(everything()).usingRecursiveComparison().isEqualTo(once);
  }

  private List<Object> everything() {
    Store store = store();
    PartitionReads reads = reads();
    return List.of(
        scan().hot(0, 100),
        reads.parked(6, ParkedKey.START, 100),
        Rows.messages(reads, 10),
        reads.attempts(2),
        HistoryRules.messages(reads, Rows.APPLICATION),
        HistoryRules.attempts(reads, 5),
        String.valueOf(store.setting("name")),
        store.idFloor());
  }

  @Test
  default void theIdFloorNeverGoesBack() {
    assertThat(store().idFloor()).isZero();
    commit(b -> b.idFloor = 100);
    assertThat(store().idFloor()).isEqualTo(100);
    commit(
        b -> {
          b.messages.add(Rows.message(50));
          b.idFloor = 60;
        });
    assertThat(store().idFloor()).isEqualTo(100);
    assertThat(reopen().idFloor()).isEqualTo(100);
  }
}
