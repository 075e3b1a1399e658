package dev.posthorn.internal.engine.lane;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.EndReason;
import dev.posthorn.internal.engine.registry.LaneSettings;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.MessageRow;
import org.jspecify.annotations.Nullable;

/**
 * Starts the attempts of a lane that have their permits, once the payload is in memory. {@link
 * AttemptEnding} handles the rest. Owned by its lane.
 */
final class LaneAttempts {
  private final Lane lane;

  LaneAttempts(Lane lane) {
    this.lane = lane;
  }

  /** Starts the attempt of a delivery that has its permit. */
  void start(Delivery delivery, LaneSettings now, long nowNanos) {
    lane.health.started(delivery, nowNanos);
    if (delivery.payload == null) {
      lane.reads.read(delivery);
    } else {
      delivery.payloadUnderWay();
      send(delivery, now);
    }
  }

  private void send(Delivery delivery, LaneSettings now) {
    lane.loop.sender().send(delivery, now, lane.tenure, new AttemptEnding(lane, delivery, now));
  }

  // ---- payloads that were not in memory ------------------------------------------------------

  /** Continues a delivery whose payload was read, unless it is missing or larger than expected. */
  void read(Delivery delivery, @Nullable MessageRow message, boolean missing) {
    LaneSettings now = lane.settings.get();
    if (missing && !lane.isCancelled(delivery.row)) {
      lane.health.notMade(delivery);
      lane.endings().end(delivery, DeliveryState.FAILED, EndReason.RETENTION);
    } else if (message == null || now == null || mustRest(delivery, now) || isOvertaken(delivery)) {
      lane.health.notMade(delivery);
      lane.release(delivery);
      lane.putBack(delivery);
    } else {
      long room = Payload.exchangeBytes(message.body().length);
      lane.loop.permits().shrink(lane.share, delivery.room, room);
      delivery.room = room;
      delivery.payload = lane.loop.context().payloads().of(message, 0);
      delivery.startedNanos = lane.loop.nanos();
      send(delivery, now);
    }
    lane.loop.ready(lane);
  }

  /** Returns whether a delivery must not start any more; its payload took time to read. */
  private boolean mustRest(Delivery delivery, LaneSettings now) {
    ShardLoop loop = lane.loop;
    return loop.stopping()
        || !lane.tenure.maySend()
        || now.state() != EndpointState.ENABLED
        || lane.turn.mayBeLate(delivery, loop.millis())
        || lane.isCancelled(delivery.row)
        || lane.health.isBlocked(loop.nanos(), loop.millis());
  }

  /** Returns whether a delivery with an earlier place in an ordered lane came meanwhile. */
  private boolean isOvertaken(Delivery delivery) {
    Delivery first = lane.isOrdered() ? lane.queue.first() : null;
    return first != null && first.compareTo(delivery) < 0;
  }

  /** Lets a delivery wait again whose payload could not be read. */
  @SuppressWarnings("ReferenceEquality") // it may wait again by now
  void notRead(Delivery delivery) {
    if (lane.queue.busy(delivery.row.id()) == delivery) {
      lane.health.notMade(delivery);
      lane.unsettled(delivery);
    }
  }
}
