package dev.posthorn.internal.engine.lane;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.EndReason;
import dev.posthorn.internal.engine.registry.LaneSettings;
import dev.posthorn.spi.store.EndpointState;
import dev.posthorn.spi.store.LaneStateRow;
import dev.posthorn.spi.store.MessageRow;
import dev.posthorn.spi.transport.ExchangeResult;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of a lane that are under way: from the permit, by payload, exchange and verdict, to
 * the outcome that the journal gets. Owned by its lane.
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
    lane.loop.exchanger().exchange(delivery, now, new Ending(delivery, now));
  }

  /** What the end of an exchange does, whatever it is. */
  private final class Ending implements Consumer<ExchangeResult> {
    private final Delivery delivery;
    private final LaneSettings settings;

    Ending(Delivery delivery, LaneSettings settings) {
      this.delivery = delivery;
      this.settings = settings;
    }

    @Override
    public void accept(ExchangeResult result) {
      if (!isFirst()) {
        return;
      }
      if (result.isOwnShortage()) {
        postponed(delivery, result, lane.loop.nanos());
        return;
      }
      try {
        finished(delivery, settings, result);
      } catch (Throwable e) { // a wire format judges answers too
        lane.loop.context().guard().report("judging an answer", e);
        lane.health.abandoned(delivery);
        lane.unsettled(delivery);
      }
    }

    private boolean isFirst() {
      boolean first = !delivery.answered;
      delivery.answered = true;
      return first;
    }
  }

  private void finished(Delivery delivery, LaneSettings now, ExchangeResult result) {
    ShardLoop loop = lane.loop;
    LaneHealth health = lane.health;
    long nowNanos = loop.nanos();
    long nowMillis = loop.millis();
    long sinceMillis = (nowNanos - delivery.startedNanos) / 1_000_000;
    loop.context().meter().started(delivery.row, nowMillis - sinceMillis);
    Verdict verdict =
        Verdict.of(
            delivery.row,
            result,
            loop.context().settings().rules(lane.endpoint, now, delivery.type()),
            nowMillis,
            loop.context().random());
    verdict = health.heeded(verdict, nowMillis);
    LaneStateRow state = health.finished(delivery, verdict, nowNanos, nowMillis);
    EndpointState disable = health.disabling(verdict, nowMillis);
    lane.updateStanding(nowNanos);
    loop.ready(lane);
    // Last: once it is handed in, nothing may fail here.
    loop.context()
        .journal()
        .submit(OutcomeEntry.of(lane, delivery, verdict, result, state, disable));
  }

  /** No exchange came about: the delivery waits again, as if it had never begun. */
  private void postponed(Delivery delivery, ExchangeResult result, long nowNanos) {
    lane.loop.context().shortages().met(result, nowNanos);
    lane.health.postponed(delivery, nowNanos);
    lane.release(delivery);
    lane.putBack(delivery);
    lane.updateStanding(nowNanos);
    lane.loop.ready(lane);
  }

  // ---- payloads that were not in memory ------------------------------------------------------

  /**
   * The payload of a delivery under way was read, unless it is missing or larger than was thought.
   */
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

  /** Returns whether a delivery may not go any more, since its payload was asked for. */
  private boolean mustRest(Delivery delivery, LaneSettings now) {
    ShardLoop loop = lane.loop;
    return loop.stopping()
        || now.state() != EndpointState.ENABLED
        || lane.turn.mayBeLate(delivery, loop.millis())
        || lane.isCancelled(delivery.row)
        || lane.health.isBlocked(loop.nanos(), loop.millis());
  }

  /** Returns whether one with an earlier place in an ordered lane came while a payload was read. */
  private boolean isOvertaken(Delivery delivery) {
    Delivery first = lane.isOrdered() ? lane.queue.first() : null;
    return first != null && first.compareTo(delivery) < 0;
  }

  /** The payload of a delivery under way could not be read. */
  @SuppressWarnings("ReferenceEquality") // it may wait again by now
  void notRead(Delivery delivery) {
    if (lane.queue.busy(delivery.row.id()) == delivery) {
      lane.health.notMade(delivery);
      lane.unsettled(delivery);
    }
  }
}
