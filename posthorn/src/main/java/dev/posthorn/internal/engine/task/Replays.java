package dev.posthorn.internal.engine.task;

import dev.posthorn.AttemptKind;
import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.base.Tenure;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.internal.engine.lane.Delivery;
import dev.posthorn.internal.engine.lane.LaneContext;
import dev.posthorn.internal.engine.lane.ShardLoop;
import dev.posthorn.internal.engine.lane.Shards;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.spi.store.rows.HandoffRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.function.Predicate;

/** Begins deliveries of messages accepted before, one at a time for each message and endpoint. */
public final class Replays {
  private final LaneContext context;
  private final Shards shards;

  public Replays(LaneContext context, Shards shards) {
    this.context = context;
    this.shards = shards;
  }

  /**
   * A message that is to be delivered to an endpoint again.
   *
   * @param endpoint the endpoint
   * @param message the message
   * @param delivery the delivery that the message has to the endpoint, or 0 if it has none yet
   * @param type the message's event type
   * @param kind the kind of its attempts: {@link AttemptKind#REPLAY}, or {@link
   *     AttemptKind#RECOVERY} for a single one
   */
  record Replay(long endpoint, long message, long delivery, String type, AttemptKind kind) {

    static Replay of(MessageRow message, long endpoint) {
      for (int i = 0; i < message.targets().length; i++) {
        if (message.targets()[i] == endpoint) {
          return replay(message, endpoint, message.id() + 1 + i);
        }
      }
      return replay(message, endpoint, 0);
    }

    private static Replay replay(MessageRow message, long endpoint, long delivery) {
      return new Replay(endpoint, message.id(), delivery, message.type(), AttemptKind.REPLAY);
    }

    /** Returns a failed message that gets one more attempt. */
    static Replay recovery(MessageRow message, long endpoint, long delivery) {
      return new Replay(endpoint, message.id(), delivery, message.type(), AttemptKind.RECOVERY);
    }
  }

  /**
   * Begins one, at once and, unless it is a recovery, with a fresh schedule, as part of a batch.
   *
   * @return true, or false if one waits already
   * @throws PosthornException with NOT_FOUND if the endpoint is gone
   */
  boolean begin(Replay replay, JournalBatch batch) {
    RegisteredEndpoint endpoint = context.endpoints().requireEndpoint(replay.endpoint());
    Predicate<LiveRow> isCancelled = context.cancellations().asOf(batch, endpoint.partition);
    for (LiveRow live : batch.liveNow(endpoint.partition, replay.message(), endpoint.id)) {
      if (!isCancelled.test(live)) {
        return false;
      }
    }
    LiveRow row = row(replay, endpoint, isCancelled, batch);
    batch.in(endpoint.partition).parked.add(row);
    Tenure tenure = context.ownership().tenure(endpoint.partition);
    if (tenure == null) {
      batch.handOff(
          endpoint.partition,
          HandoffRow.deliveries(batch.nextId(0), row.id(), row.due(), endpoint.id));
    }
    batch.onCommit(
        () -> {
          context.counters().replayed();
          if (tenure != null) { // else it is handed off
            arrive(endpoint, row, tenure, batch);
          }
        });
    return true;
  }

  private void arrive(RegisteredEndpoint endpoint, LiveRow row, Tenure tenure, JournalBatch batch) {
    ShardLoop loop = shards.loop(endpoint.id);
    ShardLoop.Arrival arrival = new ShardLoop.Arrival(new Delivery(row, null), null, false, tenure);
    batch.post(loop, () -> loop.arrived(endpoint, arrival));
  }

  /** Makes the row. If a canceled delivery has not ended yet, the new one has an id of its own. */
  private LiveRow row(
      Replay replay,
      RegisteredEndpoint endpoint,
      Predicate<LiveRow> isCancelled,
      JournalBatch batch) {
    LiveRow row = row(replay, endpoint, replay.delivery(), batch.steady);
    return replay.delivery() == 0 || isCancelled.test(row)
        ? row(replay, endpoint, batch.nextId(0), batch.steady)
        : row;
  }

  private LiveRow row(Replay replay, RegisteredEndpoint endpoint, long id, long now) {
    long deadline = context.settings().deadline(endpoint, replay.type(), now);
    return LiveRow.parked(id, endpoint.id, replay.message(), now, deadline, replay.kind());
  }
}
