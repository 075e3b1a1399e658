package dev.posthorn.testkit.store;

import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.DedupeRow;
import dev.posthorn.spi.store.rows.HandoffRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.PayloadEnd;
import dev.posthorn.spi.store.rows.SettingChange;
import java.util.List;

/** A batch of a test, whose rows are all in one partition. */
final class Changes {
  private final Batch batch = new Batch();
  private final PartitionBatch rows;
  final List<SettingChange> settings = batch.settings;
  final List<DedupeRow> dedupe = batch.dedupe;
  final List<LiveRow> hotRemovals;
  final List<LiveRow> parkedRemovals;
  final List<MessageRow> messages;
  final List<LiveRow> hot;
  final List<LiveRow> parked;
  final List<AttemptRow> attempts;
  final List<Long> expungedMessages;
  final List<PayloadEnd> payloadEnds;
  final List<Long> expungedAttempts;
  final List<HandoffRow> handoffs;
  final List<Long> handoffRemovals;
  long idFloor;
  long now;

  Changes(int partition) {
    rows = batch.in(partition);
    hotRemovals = rows.hotRemovals;
    parkedRemovals = rows.parkedRemovals;
    messages = rows.messages;
    hot = rows.hot;
    parked = rows.parked;
    attempts = rows.attempts;
    expungedMessages = rows.expungedMessages;
    payloadEnds = rows.payloadEnds;
    expungedAttempts = rows.expungedAttempts;
    handoffs = rows.handoffs;
    handoffRemovals = rows.handoffRemovals;
  }

  /** Returns the batch, to be committed. */
  Batch batch() {
    batch.idFloor = idFloor;
    batch.now = now;
    return batch;
  }
}
