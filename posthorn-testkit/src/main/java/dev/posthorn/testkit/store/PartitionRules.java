package dev.posthorn.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.reads.AttemptFilter;
import dev.posthorn.spi.store.reads.AttemptQuery;
import dev.posthorn.spi.store.reads.MessageFilter;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.reads.Reads;
import dev.posthorn.spi.store.reads.WaitingCount;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.ApplicationSpec;
import dev.posthorn.spi.store.rows.CancelMark;
import dev.posthorn.spi.store.rows.ConsumerRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.LaneStateRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.ParkedKey;
import dev.posthorn.spi.store.rows.SecretRow;
import dev.posthorn.spi.store.rows.SettingChange.PutApplication;
import dev.posthorn.spi.store.rows.SettingChange.PutCancelMark;
import dev.posthorn.spi.store.rows.SettingChange.PutConsumer;
import dev.posthorn.spi.store.rows.SettingChange.PutEndpoint;
import dev.posthorn.spi.store.rows.SettingChange.PutLaneState;
import dev.posthorn.spi.store.rows.SettingChange.PutSecret;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Partitions know nothing of each other, and share commits. */
interface PartitionRules extends StoreRules {
  WaitingCount NOTHING_WAITS = new WaitingCount(0, 0);

  /** Returns an application of another partition; skips the test if there is only one. */
  private long elsewhere() {
    assumeTrue(store().partitions() > 1, "this store has one partition");
    return LongStream.iterate(1, id -> id + 1)
        .filter(id -> store().partitionOf(id) != partition())
        .findFirst()
        .orElseThrow();
  }

  @Test
  default void eachApplicationHasAPartition() {
    assertThat(store().partitions()).isPositive();
    for (long id : new long[] {Long.MIN_VALUE, -1, 0, 1, 2, Rows.APPLICATION, Long.MAX_VALUE}) {
      assertThat(store().partitionOf(id)).isBetween(0, store().partitions() - 1);
    }
    int before = store().partitions();
    assertThat(reopen().partitions()).isEqualTo(before);
    assertThatThrownBy(() -> store().in(before)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> store().in(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  default void noReadFindsWhatIsInAnotherPartition() {
    elsewhere();
    SecretRow secret = new SecretRow(5, SecretRow.FIRST_SIGNING, 1, new byte[] {9}, 0);
    EndpointSpec spec = EndpointSpec.to("https://example.com/").build();
    commit(
        b -> {
          b.settings.add(new PutApplication(application(Rows.APPLICATION)));
          b.settings.add(
              new PutEndpoint(
                  new EndpointRow(5, Rows.APPLICATION, spec, EndpointState.ENABLED, 0, 0)));
          b.settings.add(new PutSecret(partition(), secret));
          b.settings.add(new PutLaneState(partition(), new LaneStateRow(5, 99, 0, 0, 0)));
          b.settings.add(new PutConsumer(partition(), new ConsumerRow(5, "c", 1, 2)));
          b.settings.add(new PutCancelMark(partition(), new CancelMark(10, 5, 12)));
          b.messages.add(Rows.withPublicId("msg_p", Rows.withEvent("event", Rows.message(10, 5))));
          b.hot.add(Rows.hot(11, 5, 10));
          b.parked.add(Rows.parked(12, 5, 10, 2_000));
          b.attempts.add(Rows.attempt(13, 10, 5));
          b.idFloor = 13;
        });
    expectOnlyInOnePartition();
    upkeep(0);
    expectOnlyInOnePartition();
    reopen();
    expectOnlyInOnePartition();
  }

  private static ApplicationRow application(long id) {
    return new ApplicationRow(id, 1, ApplicationSpec.of(null, "app " + id), 0, 0);
  }

  private void expectOnlyInOnePartition() {
    int all = store().partitions();
    Set<Integer> some = new TreeSet<>(List.of(0, all / 2, all - 1));
    some.addAll(List.of(partition(), (partition() + 1) % all, (partition() + all - 1) % all));
    for (int partition : some) {
      boolean own = partition == partition();
      for (Reads reads :
          List.of(store(), store().forWriter(), store().forLists(Rows.APPLICATION))) {
        Map<String, Boolean> finds = finds(reads.in(partition));
        finds.putAll(finds(Scanned.of(reads, partition)));
        assertThat(finds)
            .as("partition %d", partition)
            .allSatisfy(
                (read, found) -> {
                  assertThat(found).as(read).isEqualTo(own);
                });
      }
    }
  }

  /** Returns for each read whether it finds anything. */
  private static Map<String, Boolean> finds(PartitionReads reads) {
    Map<String, Boolean> found = new LinkedHashMap<>();
    found.put("parked", any(reads.parked(5, ParkedKey.START, 9)));
    found.put("live", any(reads.live(10)));
    found.put("live for an endpoint", any(reads.live(10, 5)));
    found.put("waiting", !reads.waiting(5, 9).equals(NOTHING_WAITS));
    found.put("message", reads.message(10) != null);
    found.put("messageWithoutBody", reads.messageWithoutBody(10) != null);
    found.put("messages by id", any(Rows.messages(reads, 10)));
    found.put("messages of an application", any(messages(reads)));
    found.put("messageByEvent", reads.messageByEvent(Rows.APPLICATION, "event") != null);
    found.put("messageByPublicId", reads.messageByPublicId("msg_p") != null);
    found.put("publicIds", any(reads.publicIds(List.of(10L)).values()));
    found.put("attempt", reads.attempt(13) != null);
    found.put("attempts of a message", any(reads.attempts(10)));
    found.put("attempts of an endpoint", any(HistoryRules.attempts(reads, 5)));
    found.put("attempts of both", any(Pages.of(reads, ofBoth()).rows()));
    found.put("lastAttempt", reads.lastAttempt(10, 5) != null);
    found.put("lastAttempts", any(reads.lastAttempts(List.of(10L), 5).values()));
    found.put("hours", any(reads.hours(5, 0, Long.MAX_VALUE)));
    found.put("secrets", any(reads.secrets(5)));
    found.put("consumers", any(reads.consumers(5)));
    return found;
  }

  /** Returns for each read of a scan whether it finds anything. */
  private static Map<String, Boolean> finds(Scanned scan) {
    Map<String, Boolean> found = new LinkedHashMap<>();
    found.put("hot", any(scan.hot(0, 9)));
    found.put("parkedHeads", any(scan.parkedHeads(0, 9)));
    found.put("parkedBefore", any(scan.parkedBefore(Long.MAX_VALUE, 9)));
    found.put("cancelMarks", any(scan.cancelMarks()));
    found.put("applications", any(scan.applications(0, 9)));
    found.put("endpoints", any(scan.endpoints(0, 9)));
    found.put("laneStates", any(scan.laneStates(0, 9)));
    found.put("hasSecrets", scan.scan().hasSecrets());
    return found;
  }

  private static boolean any(Collection<?> rows) {
    return !rows.isEmpty();
  }

  private static List<MessageRow> messages(PartitionReads reads) {
    PageRequest page = PageRequest.oldest(9);
    return Pages.of(reads, new MessageQuery(Rows.APPLICATION, page, MessageFilter.NONE)).rows();
  }

  private static AttemptQuery ofBoth() {
    return new AttemptQuery(5, 10, PageRequest.oldest(9), AttemptFilter.NONE);
  }

  @Test
  default void aBatchOfSeveralPartitionsIsStoredAsAWholeOrNotAtAll() {
    int other = store().partitionOf(elsewhere());
    Batch bad = new Batch();
    bad.in(partition()).messages.add(Rows.message(10, 5));
    bad.in(other).hot.add(LiveRow.hot(31, 5, 30, 0, 0).withAttempts(2)); // there is no room for it
    assertThatThrownBy(() -> store().commit(bad))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.REJECTED));
    assertThat(reads().message(10)).isNull();

    Batch good = new Batch();
    good.in(partition()).messages.add(Rows.message(10, 5));
    good.in(other).hot.add(Rows.hot(31, 5, 30));
    store().commit(good);
    store().commit(good);
    kill();
    assertThat(reads().message(10)).isNotNull();
    assertThat(Scanned.of(store(), other).hot(0, 9)).containsExactly(Rows.hot(31, 5, 30));
    assertThat(scan().hot(0, 9)).isEmpty();
  }

  @Test
  default void oneIdInTwoPartitionsIsTwoRows() {
    long foreign = elsewhere();
    int other = store().partitionOf(foreign);
    Batch batch = new Batch();
    for (int partition : new int[] {partition(), other}) {
      PartitionBatch rows = batch.in(partition);
      long owner = partition == other ? foreign : Rows.APPLICATION;
      rows.messages.add(Rows.message(10, owner, "of " + owner, 5));
      rows.hot.add(Rows.hot(11, 5, 10));
      rows.parked.add(Rows.parked(12, 5, 10, 2_000));
      rows.attempts.add(Rows.attempt(13, 10, 5));
    }
    batch.idFloor = 13;
    store().commit(batch);
    expectBoth(foreign, reads().message(10), store().in(other).message(10));

    commit(
        b -> {
          b.hotRemovals.add(Rows.hot(11, 5, 10));
          b.parkedRemovals.add(Rows.parked(12, 5, 10, 2_000));
          b.expungedMessages.add(10L);
          b.expungedAttempts.add(13L);
        });
    upkeep(0);
    kill();
    PartitionReads others = store().in(other);
    expectBoth(foreign, reads().message(10), others.message(10));
    assertThat(Objects.requireNonNull(reads().message(10)).expunged()).isTrue();
    assertThat(Objects.requireNonNull(others.message(10)).expunged()).isFalse();
    assertThat(reads().live(10)).isEmpty();
    assertThat(others.live(10)).hasSize(2);
    assertThat(Objects.requireNonNull(others.attempt(13)).excerpt()).isEmpty();
    assertThat(Objects.requireNonNull(reads().attempt(13)).excerpt()).isNotEmpty();
  }

  private static void expectBoth(
      long foreign, @Nullable MessageRow own, @Nullable MessageRow other) {
    assertThat(own).extracting(MessageRow::type).isEqualTo("of " + Rows.APPLICATION);
    assertThat(other).extracting(MessageRow::type).isEqualTo("of " + foreign);
  }

  @Test
  default void upkeepReachesEachPartition() {
    Batch batch = new Batch();
    for (int partition = 0; partition < store().partitions(); partition++) {
      batch.in(partition).messages.add(Rows.message(10, 5));
      batch.in(partition).messages.add(Rows.message(20, 5));
      batch.in(partition).attempts.add(Rows.attempt(12, 10, 5));
    }
    batch.idFloor = 20;
    store().commit(batch);
    upkeep(15);
    for (int partition = 0; partition < store().partitions(); partition++) {
      PartitionReads reads = store().in(partition);
      assertThat(reads.message(10)).as("partition %d", partition).isNull();
      assertThat(reads.attempts(10)).as("partition %d", partition).isEmpty();
      assertThat(reads.message(20)).as("partition %d", partition).isNotNull();
    }
  }
}
