package dev.posthorn.internal.engine.lane;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.base.EndReason;
import dev.posthorn.internal.engine.journal.Journal;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The end of canceled deliveries, which their lane keeps busy so that nothing else ends them. */
final class CancelEntry implements Journal.Entry {
  private final Lane lane;
  private final List<Delivery> deliveries;
  private final Sweep.@Nullable Order order;

  /** The number of deliveries that the order counts: others were counted with their messages. */
  private final int counted;

  private List<AttemptRow> attempts = List.of();
  private int refusals;

  /**
   * Creates the entry.
   *
   * @param order for which they are ended, or null
   */
  CancelEntry(Lane lane, List<Delivery> deliveries, Sweep.@Nullable Order order) {
    this.lane = lane;
    this.deliveries = deliveries;
    this.order = order;
    Cancellations cancellations = lane.loop.context().cancellations();
    this.counted =
        Math.toIntExact(
            deliveries.stream()
                .filter(delivery -> !cancellations.isCancelledAlone(delivery.row))
                .count());
  }

  @Override
  public void prepare(JournalBatch batch) {
    attempts = List.of();
    if (lane.tenure.isOver()) {
      return; // a later owner has the rows
    }
    PartitionBatch rows = batch.in(lane.endpoint.partition);
    for (Delivery delivery : deliveries) {
      rows.remove(delivery.row);
      lane.loop.context().cancellations().ends(delivery.row, batch);
    }
    attempts = deliveries.stream().map(delivery -> attempt(delivery.row, batch)).toList();
    rows.attempts.addAll(attempts);
    if (order != null) {
      order.progress().cancelled(counted, batch);
    }
  }

  private static AttemptRow attempt(LiveRow row, JournalBatch batch) {
    return AttemptRow.of(batch.nextAttemptId(row), row)
        .kind(AttemptKind.NONE)
        .state(DeliveryState.CANCELLED)
        .error(EndReason.CANCELLED.code())
        .build();
  }

  @Override
  public void committed(JournalBatch batch) {
    batch.post(lane.loop, this::ended);
  }

  private void ended() {
    // Those that leave let go of their payloads.
    List<@Nullable MessageSpec> messages = new ArrayList<>(deliveries.size());
    deliveries.forEach(delivery -> messages.add(delivery.spec()));
    lane.endings().cancelled(deliveries);
    for (int i = 0; i < attempts.size(); i++) {
      lane.loop.attempted(lane.endpoint, attempts.get(i), messages.get(i));
    }
    if (order != null && !lane.tenure.isOver()) {
      lane.endings().sweep().stored(counted);
    }
  }

  /** Tries again later: the mark stands, so the deliveries must end. */
  @Override
  public void failed(PosthornException why) {
    if (why.reason() != Reason.CLOSED) {
      lane.loop.execute(() -> lane.endings().notCancelled(this, deliveries.size(), refusals++));
    }
  }

  @Override
  public int weight() {
    return deliveries.size();
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
}
