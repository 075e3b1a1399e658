package dev.posthorn.engine;

import dev.posthorn.error.PosthornException;
import dev.posthorn.store.LiveRow;
import java.util.List;

/** Moves deliveries of a lane that cannot go on from {@code hot} to {@code parked}. */
final class MoveEntry implements Journal.Entry {
  private final Lane lane;
  private final List<Delivery> deliveries;
  private final List<LiveRow> rows;

  MoveEntry(Lane lane, List<Delivery> deliveries) {
    this.lane = lane;
    this.deliveries = deliveries;
    this.rows = deliveries.stream().map(delivery -> parked(delivery.row)).toList();
  }

  private static LiveRow parked(LiveRow row) {
    return new LiveRow(
        row.id(),
        row.endpoint(),
        row.message(),
        LiveRow.Place.PARKED,
        row.due(),
        row.notBefore(),
        row.attempts(),
        row.deadline(),
        row.kind());
  }

  @Override
  public void prepare(Writing writing) {
    for (Delivery delivery : deliveries) {
      writing.batch.remove(delivery.row);
    }
    writing.batch.parked.addAll(rows);
  }

  @Override
  public void committed(Writing writing) {
    writing.post(lane.loop, () -> lane.moved(deliveries, rows));
  }

  @Override
  public void failed(PosthornException why) {
    lane.loop.execute(() -> lane.notMoved(deliveries));
  }

  @Override
  public int weight() {
    return rows.size();
  }

  @Override
  public boolean refusable() {
    return false;
  }
}
