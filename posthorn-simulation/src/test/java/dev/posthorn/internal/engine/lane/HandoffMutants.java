package dev.posthorn.internal.engine.lane;

import dev.posthorn.simulation.Launcher;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.reads.PartitionRow;
import dev.posthorn.spi.store.rows.HandoffRow;
import java.util.ArrayList;
import java.util.List;

/** Engines with one mistake each with what one node commits for another one. */
public final class HandoffMutants {
  private HandoffMutants() {}

  /** Does not remove what it has taken in. */
  public static Launcher forgetsRemovals() {
    return MutantLaunchers.committing(
        batch -> {
          batch.partitions().forEach(rows -> rows.handoffRemovals.clear());
          return batch;
        });
  }

  /** Commits a batch again as if it were another one. */
  public static Launcher insertsTwice() {
    return MutantLaunchers.committing(HandoffMutants::copy);
  }

  private static Batch copy(Batch batch) {
    if (!batch.settings.isEmpty()) {
      return batch;
    }
    Batch copy = new Batch();
    copy.now = batch.now;
    copy.epoch = batch.epoch;
    copy.idFloor = batch.idFloor;
    copy.dedupe.addAll(batch.dedupe);
    copy.releases.addAll(batch.releases);
    if (!batch.noteTry()) {
      copy.settingsVersion = batch.settingsVersion;
    }
    batch.partitions().forEach(rows -> copy(rows, copy.in(rows.partition())));
    return copy;
  }

  private static void copy(PartitionBatch from, PartitionBatch to) {
    to.hotRemovals.addAll(from.hotRemovals);
    to.parkedRemovals.addAll(from.parkedRemovals);
    to.messages.addAll(from.messages);
    to.hot.addAll(from.hot);
    to.parked.addAll(from.parked);
    to.attempts.addAll(from.attempts);
    to.expungedMessages.addAll(from.expungedMessages);
    to.payloadEnds.addAll(from.payloadEnds);
    to.expungedAttempts.addAll(from.expungedAttempts);
    to.handoffs.addAll(from.handoffs);
    to.handoffRemovals.addAll(from.handoffRemovals);
  }

  /** Removes what it has taken in, and tells no lane. */
  public static Launcher removesUntold() {
    return MutantLaunchers.answering(
        "handoffs",
        rows -> ((List<?>) rows).stream().map(HandoffMutants::withoutEndpoints).toList());
  }

  private static Object withoutEndpoints(Object each) {
    PartitionRow<?> row = (PartitionRow<?>) each;
    HandoffRow handoff = (HandoffRow) row.row();
    return handoff.kind() == HandoffRow.Kind.DELIVERIES
        ? new PartitionRow<>(
            row.partition(), HandoffRow.deliveries(handoff.id(), handoff.subject(), 0))
        : each;
  }

  /** Does not pass on the deliveries that it has read. */
  public static Launcher losesRows() {
    return MutantLaunchers.answering("handedOff", rows -> List.of());
  }

  /** Passes deliveries on that it has read some time before. */
  public static Launcher passesOnOldRows() {
    List<Object> old = new ArrayList<>();
    return MutantLaunchers.answering(
        "handedOff",
        rows -> {
          List<Object> all = new ArrayList<>(old);
          all.addAll((List<?>) rows);
          old.addAll((List<?>) rows);
          return all;
        });
  }
}
