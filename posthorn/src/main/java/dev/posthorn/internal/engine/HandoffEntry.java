package dev.posthorn.internal.engine;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.base.Tenure;
import dev.posthorn.internal.engine.journal.Journal;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.spi.store.reads.PartitionRow;
import dev.posthorn.spi.store.rows.HandoffRow;
import dev.posthorn.spi.store.rows.TaskRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The removal of handoffs that were taken in, with what is to be stored about them: cancellations
 * that this node carries out from now on. Those of a partition that has passed to another node
 * stay: it takes them in.
 */
final class HandoffEntry implements Journal.Entry {
  private final Handoffs handoffs;

  /** The tenures in which the rows were read, by partition. */
  private final Map<Integer, Tenure> tenures;

  private final List<PartitionRow<HandoffRow>> rows;

  /** The tasks to be carried out here, with their partition. */
  private List<PartitionRow<TaskRow>> begun = List.of();

  HandoffEntry(
      Handoffs handoffs, Map<Integer, Tenure> tenures, List<PartitionRow<HandoffRow>> rows) {
    this.handoffs = handoffs;
    this.tenures = tenures;
    this.rows = rows;
  }

  @Override
  public void prepare(JournalBatch batch) {
    begun = new ArrayList<>();
    for (PartitionRow<HandoffRow> each : rows) {
      Tenure tenure = tenures.get(each.partition());
      if (tenure != null && !tenure.isOver()) {
        takeIn(each.partition(), each.row(), batch);
      }
    }
  }

  private void takeIn(int partition, HandoffRow row, JournalBatch batch) {
    switch (row.kind()) {
      case DELIVERIES -> {} // the lanes know
      case CANCELLATION -> handoffs.deliveries().adopt(partition, row.cancelMark(), batch);
      case TASK -> {
        TaskRow task = batch.store().task(row.subject());
        if (task != null && task.status().equals(TaskRow.RUNNING)) {
          begun.add(new PartitionRow<>(partition, task));
        }
      }
    }
    batch.in(partition).handoffRemovals.add(row.id());
  }

  @Override
  public void committed(JournalBatch batch) {
    for (PartitionRow<TaskRow> task : begun) {
      handoffs.tasks().resume(List.of(task.row()), Set.of(task.partition()));
    }
    begun = List.of();
    handoffs.removed();
  }

  @Override
  public void failed(PosthornException why) {
    handoffs.removed(); // they are found again
  }

  @Override
  public boolean refusable() {
    return false;
  }

  @Override
  public int weight() {
    return rows.size();
  }
}
