package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.registry.LaneSettings;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.LaneStateRow;
import dev.posthorn.spi.transport.ErrorClass.OwnShortage;
import dev.posthorn.spi.transport.ErrorClass.Resource;
import dev.posthorn.spi.transport.ExchangeResult;
import java.util.function.Consumer;

/**
 * The end of one attempt: judges the exchange, updates the lane's health, and submits the outcome
 * to the journal. Runs on the lane's loop.
 */
final class AttemptEnding implements Consumer<ExchangeResult> {
  private final Lane lane;
  private final Delivery delivery;
  private final LaneSettings settings;

  AttemptEnding(Lane lane, Delivery delivery, LaneSettings settings) {
    this.lane = lane;
    this.delivery = delivery;
    this.settings = settings;
  }

  /** Takes the result. A transport that fails may report it twice. */
  @Override
  public void accept(ExchangeResult result) {
    if (!isFirst()) {
      return;
    }
    if (lane.isClosed()) {
      lane.release(delivery); // its outcome is for nobody any more: a later owner sends it again
      return;
    }
    if (result.isOwnShortage()) {
      postponed(result);
      return;
    }
    try {
      finished(result);
    } catch (Throwable e) { // a wire format judges answers too
      lane.loop.context().guard().report("judging an answer", e);
      lane.health.abandoned(delivery);
      lane.unsettled(delivery);
    }
  }

  private boolean isFirst() {
    boolean first = !delivery.answered;
    delivery.answered = true;
    if (first && delivery.permitted) {
      lane.loop.permits().ended(lane.share, delivery.room);
    }
    return first;
  }

  private void finished(ExchangeResult result) {
    LaneContext context = lane.loop.context();
    LaneHealth health = lane.health;
    long nowNanos = lane.loop.nanos();
    long nowMillis = lane.loop.millis();
    long sinceMillis = (nowNanos - delivery.startedNanos) / 1_000_000;
    context.counters().started(delivery.row, nowMillis - sinceMillis);
    Verdict verdict = health.heeded(judge(result, nowMillis), nowMillis);
    if (verdict.health() == Verdict.Health.BUSY) {
      context.log().retryAfter(lane.endpoint, delivery, verdict.holdUntil());
    }
    LaneStateRow state = health.finished(delivery, verdict, nowNanos, nowMillis);
    EndpointState disable = health.disabling(verdict, nowMillis);
    lane.updateStanding(nowNanos);
    lane.loop.ready(lane);
    // Last: once it is handed in, nothing may fail here.
    context.journal().submit(OutcomeEntry.of(lane, delivery, verdict, result, state, disable));
  }

  private Verdict judge(ExchangeResult result, long nowMillis) {
    LaneContext context = lane.loop.context();
    return Verdict.of(
        delivery.row,
        result,
        context.settings().rules(lane.endpoint, settings, delivery.type()),
        nowMillis,
        context.random());
  }

  private static boolean isForLease(ExchangeResult result) {
    return result instanceof ExchangeResult.Failure failure
        && failure.error() instanceof OwnShortage shortage
        && shortage.resource() == Resource.LEASE;
  }

  /** Puts the delivery back, as if it had never begun: no exchange was made. */
  private void postponed(ExchangeResult result) {
    long nowNanos = lane.loop.nanos();
    lane.loop.context().shortages().met(result, nowNanos);
    if (isForLease(result)) {
      lane.health.notMade(delivery); // it goes on as soon as the lease is back
    } else {
      lane.health.postponed(delivery, nowNanos);
    }
    lane.release(delivery);
    lane.putBack(delivery);
    lane.updateStanding(nowNanos);
    lane.loop.ready(lane);
  }
}
