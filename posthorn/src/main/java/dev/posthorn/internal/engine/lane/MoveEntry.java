package dev.posthorn.internal.engine.lane;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.journal.Journal;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.rows.LiveRow;
import java.util.List;

/**
 * Moves deliveries of a lane: from {@code hot} to {@code parked}, since the lane cannot go on; or
 * to the time that they wait for, since the endpoint's deliveries are no longer ordered.
 */
final class MoveEntry implements Journal.Entry {
  private final Lane lane;
  private final List<Delivery> deliveries;
  private final List<LiveRow> rows;

  MoveEntry(Lane lane, List<Delivery> deliveries) {
    this.lane = lane;
    this.deliveries = deliveries;
    this.rows = deliveries.stream().map(delivery -> parked(delivery.row, lane)).toList();
  }

  private static LiveRow parked(LiveRow row, Lane lane) {
    boolean ordered = lane.isOrdered();
    return row.parkedUntil(
        ordered ? row.due() : Math.max(row.due(), row.notBefore()), ordered ? row.notBefore() : 0);
  }

  @Override
  public void prepare(JournalBatch batch) {
    if (lane.tenure.isOver()) {
      return; // a later owner has the rows
    }
    PartitionBatch changes = batch.in(lane.endpoint.partition);
    for (Delivery delivery : deliveries) {
      changes.remove(delivery.row);
    }
    changes.parked.addAll(rows);
  }

  @Override
  public void committed(JournalBatch batch) {
    batch.post(lane.loop, () -> lane.moves.moved(deliveries, rows));
  }

  @Override
  public void failed(PosthornException why) {
    lane.loop.execute(() -> lane.moves.notMoved(deliveries));
  }

  @Override
  public int weight() {
    return rows.size();
  }

  @Override
  public Object page() {
    return lane;
  }

  @Override
  public long application() {
    return lane.application();
  }

  @Override
  public boolean refusable() {
    return false;
  }

  @Override
  public boolean lingers() {
    return true;
  }
}
