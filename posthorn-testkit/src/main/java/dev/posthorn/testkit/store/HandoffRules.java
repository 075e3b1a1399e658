package dev.posthorn.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.reads.HandedOff;
import dev.posthorn.spi.store.reads.PartitionRow;
import dev.posthorn.spi.store.rows.CancelMark;
import dev.posthorn.spi.store.rows.DedupeKey;
import dev.posthorn.spi.store.rows.DedupeRow;
import dev.posthorn.spi.store.rows.HandoffRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.ParkedKey;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Processes hand off to the owner of a partition, in the same commit, what they accept for it. */
interface HandoffRules extends StoreRules {

  private List<PartitionRow<HandoffRow>> handoffs(int limit) {
    return store().forWriter().across(store().allPartitions()).handoffs(limit);
  }

  private List<Long> ids() {
    return handoffs(1_000).stream().map(each -> each.row().id()).toList();
  }

  private Batch batch(Consumer<Changes> fill) {
    Changes changes = new Changes(partition());
    fill.accept(changes);
    return changes.batch();
  }

  private static Consumer<Changes> accepting(long message) {
    return batch -> {
      batch.messages.add(Rows.message(message, 5));
      batch.parked.add(Rows.parked(message + 1, 5, message, 700));
      batch.handoffs.add(HandoffRow.deliveries(message, message + 1, 700, 5));
    };
  }

  private List<LiveRow> parked() {
    return reads().parked(5, ParkedKey.START, 100);
  }

  private static DedupeRow key(String key, int hash, long message, byte @Nullable [] answer) {
    return new DedupeRow("scope", key, new byte[] {(byte) hash}, message, answer, 500);
  }

  private void assertTaken(DedupeRow row, long now) {
    Batch late =
        batch(
            b -> {
              b.messages.add(Rows.message(90));
              b.dedupe.add(row);
              b.dedupe.add(key("free", 9, 90, null));
              b.now = now;
            });
    assertThatThrownBy(() -> store().commit(late))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.STALE));
    assertThat(reads().message(90)).isNull();
    assertThat(store().dedupe(List.of(new DedupeKey("scope", "free")), 0)).isEmpty();
  }

  @Test
  default void aStoreOfOneProcessHasNoHandoffs() {
    assumeTrue(!store().isShared(), "it is shared");
    assertThat(handoffs(10)).isEmpty();
  }

  @Test
  default void handoffsAreReadByPartitionAndRemovedById() {
    assumeTrue(store().isShared(), "it is not shared");
    int other = (partition() + 1) % store().partitions();
    HandoffRow task = HandoffRow.task(3, 77);
    HandoffRow one = HandoffRow.cancellation(4, new CancelMark(8, 9, Long.MAX_VALUE));
    HandoffRow all = HandoffRow.cancellation(2, new CancelMark(0, 9, 6));
    HandoffRow many = HandoffRow.deliveries(1, 10, 700, 5, Long.MAX_VALUE, 1);
    Batch batch =
        batch(
            b -> {
              b.handoffs.add(task);
              b.handoffs.add(one);
              b.handoffs.add(many);
            });
    batch.in(other).handoffs.add(all);
    store().commit(batch);
    reopen();
    assertThat(store().across(Set.of(partition())).handoffs(10))
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(
            new PartitionRow<>(partition(), many),
            new PartitionRow<>(partition(), task),
            new PartitionRow<>(partition(), one));
    assertThat(one.cancelMark()).isEqualTo(new CancelMark(8, 9, Long.MAX_VALUE));
    assertThat(all.cancelMark()).isEqualTo(new CancelMark(0, 9, 6));
    assertThat(store().across(Set.of(other)).handoffs(10)).hasSize(1);
    assertThat(store().across(Set.of()).handoffs(10)).isEmpty();
    assertThat(handoffs(2)).hasSize(2);
    assertThat(handoffs(10)).hasSize(4);

    commit(b -> b.handoffRemovals.addAll(List.of(3L, 1L, 99L)));
    assertThat(ids()).containsExactlyInAnyOrder(2L, 4L);
    // One that is committed late may have a small id.
    commit(b -> b.handoffs.add(many));
    assertThat(ids()).containsExactlyInAnyOrder(1L, 2L, 4L);
  }

  @Test
  default void deliveriesThatWereHandedOffAreReadWithTheirMessages() {
    assumeTrue(store().isShared(), "it is not shared");
    MessageRow one = Rows.withPublicId("chosen", Rows.message(10, 5, 6));
    MessageRow two = Rows.message(20, 5);
    LiveRow first = Rows.parked(11, 5, 10, 700);
    LiveRow second = Rows.parked(12, 6, 10, 700);
    LiveRow third = Rows.parked(21, 5, 20, 800);
    HandoffRow many = HandoffRow.deliveries(10, 11, 700, 5, 6);
    HandoffRow single = HandoffRow.deliveries(20, 21, 800, 5);
    commit(
        b -> {
          b.messages.addAll(List.of(one, two));
          b.parked.addAll(List.of(first, second, third));
          b.handoffs.addAll(List.of(many, single));
        });
    reopen();
    assertThat(handedOff(Long.MAX_VALUE))
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(
            new HandedOff(first, one.withoutTargets()),
            new HandedOff(second, null),
            new HandedOff(third, two.withoutTargets()));
    int fits = one.body().length + two.body().length - 1;
    assertThat(handedOff(fits))
        .extracting(each -> each.message() != null)
        .containsExactly(true, false, false);

    // One that has left, or has another row, is not handed off any more.
    commit(
        b -> {
          b.parkedRemovals.addAll(List.of(first, third));
          b.parked.add(third.parkedUntil(900, 0));
        });
    assertThat(handedOff(Long.MAX_VALUE)).containsExactly(new HandedOff(second, null));
  }

  private List<HandedOff> handedOff(long maxBytes) {
    return store()
        .forWriter()
        .across(Set.of(partition()))
        .handedOff(handoffs(10), maxBytes)
        .stream()
        .map(PartitionRow::row)
        .toList();
  }

  @Test
  default void whatItsOwnerHasRemovedDoesNotComeBack() {
    assumeTrue(store().isShared(), "it is not shared");
    Batch accepting = batch(accepting(10));
    Batch replaying =
        batch(
            b -> {
              b.parked.add(Rows.parked(40, 5, 10, 800));
              b.handoffs.add(HandoffRow.deliveries(41, 40, 800, 5));
            });
    for (Batch batch : List.of(accepting, replaying)) {
      store().commit(batch);
      List<LiveRow> waiting = parked();
      assertThat(waiting).hasSize(1);
      Batch delivered =
          batch(
              b -> {
                b.parkedRemovals.addAll(waiting);
                b.handoffRemovals.addAll(ids());
              });
      store().commit(delivered);
      // Its result was unknown, and it is committed again.
      store().commit(batch);
      store().commit(batch);
      assertThat(parked()).isEmpty();
      assertThat(handoffs(10)).isEmpty();
    }
    assertThat(reads().message(10)).isNotNull();
  }

  @Test
  default void whatWasNotWrittenIsWrittenWhenItIsCommittedAgain() {
    assumeTrue(store().isShared(), "it is not shared");
    Batch second = batch(accepting(20));
    second.settingsVersion = 7;
    assertThatThrownBy(() -> store().commit(second)).isInstanceOf(StoreException.class);
    store().commit(batch(accepting(10)));
    second.settingsVersion = Batch.ANY_VERSION;
    store().commit(second);
    assertThat(ids()).containsExactlyInAnyOrder(10L, 20L);
    assertThat(parked()).hasSize(2);
  }

  @Test
  default void aKeyThatAnotherProcessHasUsedStopsTheBatch() {
    assumeTrue(store().isShared(), "it is not shared");
    byte[] answer = {7};
    commit(
        b -> {
          b.dedupe.add(key("message", 1, 10, null));
          b.dedupe.add(key("request", 1, 0, answer));
        });
    assertTaken(key("message", 1, 11, null), 499);
    assertTaken(key("message", 2, 10, null), 499);
    assertTaken(key("request", 1, 0, new byte[] {8}), 499);
    assertTaken(key("request", 1, 0, null), 499);
    // The same ones are of the same batch, or are kept for longer.
    commit(
        b -> {
          b.dedupe.add(key("request", 1, 0, answer));
          b.dedupe.add(new DedupeRow("scope", "message", new byte[] {1}, 10, 900));
        });
    List<DedupeKey> keys = List.of(new DedupeKey("scope", "message"));
    assertThat(store().dedupe(keys, 800)).hasSize(1);
  }

  @Test
  default void aKeyThatHasExpiredCanBeUsedByAnyProcess() {
    assumeTrue(store().isShared(), "it is not shared");
    commit(b -> b.dedupe.add(key("key", 1, 10, null)));
    DedupeRow next = new DedupeRow("scope", "key", new byte[] {2}, 11, 900);
    commit(
        b -> {
          b.dedupe.add(next);
          b.now = 500;
        });
    assertThat(store().dedupe(List.of(next.dedupeKey()), 600))
        .singleElement()
        .satisfies(row -> assertThat(row.message()).isEqualTo(11));
  }
}
