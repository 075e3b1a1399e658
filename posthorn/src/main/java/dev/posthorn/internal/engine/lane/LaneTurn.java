package dev.posthorn.internal.engine.lane;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.EndReason;
import dev.posthorn.internal.engine.registry.ApplicationRate;
import dev.posthorn.internal.engine.registry.LaneSettings;
import dev.posthorn.spi.store.rows.EndpointState;
import org.jspecify.annotations.Nullable;

/**
 * The turns of a lane: starts the attempts that may go, and finds out when the lane has to be
 * looked at next. Owned by its lane.
 */
final class LaneTurn {
  private final Lane lane;

  /** True once everything is being ended because the endpoint was removed. */
  private boolean removed;

  /** The endpoint's state as of the last settings. */
  private EndpointState state = EndpointState.ENABLED;

  LaneTurn(Lane lane) {
    this.lane = lane;
  }

  /**
   * Starts up to {@code quantum} attempts.
   *
   * @return whether the lane could go on at once
   */
  boolean take(int quantum) {
    if (!lane.tenure.maySend()) {
      return false; // what is under way settles, then the lane is dropped
    }
    long nowNanos = lane.loop.nanos();
    long nowMillis = lane.loop.millis();
    if (lane.endpoint.settings().deleted() && !removed) {
      removed = true;
      lane.endings().sweep().begin(Sweep.Order.PLAIN);
    }
    updateSettings(nowMillis);
    lane.updateStanding(nowNanos);
    lane.updateStuck(nowMillis);
    lane.endings().endLate(nowMillis);
    lane.health.turnBegins();
    for (int i = 0; i < quantum; i++) {
      if (!step(nowNanos, nowMillis)) {
        lane.health.turnEnds();
        rest(nowNanos, nowMillis);
        return false;
      }
    }
    return true;
  }

  private void updateSettings(long nowMillis) {
    LaneSettings changed = lane.settings.update(nowMillis);
    if (changed != null) {
      lane.health.rate(changed.source().row().policy().rateLimit());
      if (changed.state() != state) {
        state = changed.state();
        lane.loop.context().log().state(lane.endpoint, state);
      }
    }
  }

  /** Starts one attempt, or ends one delivery without; returns false if there is none to start. */
  private boolean step(long nowNanos, long nowMillis) {
    Delivery next = next(nowMillis);
    if (next == null || lane.loop.stopping()) {
      return false;
    }
    if (lane.isCancelled(next.row)) {
      lane.endings().endIfCancelled(next.row);
      return !lane.endings().awaitsSweep(next.row);
    }
    boolean late = isLate(next, nowMillis);
    if (!late && next.row.notBefore() > nowMillis) {
      return lane.moves.moveToItsTime(next);
    }
    if (!late && mayBeLate(next, nowMillis)) {
      return false;
    }
    LaneSettings now = lane.settings.get();
    if (!late && (now == null || !mayExchange(now, nowNanos, nowMillis))) {
      return false;
    }
    if (!late
        && next.payload == null
        && lane.reads.readAhead(next, lane.health.window() - lane.share.held(), nowMillis)) {
      return false;
    }
    if (!takeWithPermit(next, late)) {
      return false;
    }
    if (late || now == null) {
      lane.endings().end(next, DeliveryState.FAILED, EndReason.DEADLINE);
    } else {
      lane.attempts.start(next, now, nowNanos);
    }
    return true;
  }

  /** Makes a delivery busy, with a permit; returns false if there is none for it. */
  private boolean takeWithPermit(Delivery next, boolean late) {
    Permits permits = lane.loop.permits();
    long room = late ? 0 : next.exchangeBytes(permits);
    if (!permits.take(lane.share, room)) {
      return false;
    }
    boolean taken = false;
    try {
      lane.queue.take(next);
      taken = true;
    } finally {
      if (!taken) {
        permits.give(lane.share, room);
      }
    }
    next.permitted = true;
    next.room = room;
    return true;
  }

  private boolean mayExchange(LaneSettings now, long nowNanos, long nowMillis) {
    return now.state() == EndpointState.ENABLED
        && lane.tenure.maySend()
        && lane.loop.lease().maySend()
        && lane.health.mayExchange(now.concurrency(), lane.share.held(), nowNanos, nowMillis);
  }

  // ---- the next delivery ---------------------------------------------------------------------

  /** Returns the delivery that is to be attempted next and is due, or null. */
  @Nullable Delivery next(long nowMillis) {
    Delivery next = lane.queue.firstDue(nowMillis);
    if (!lane.isOrdered()) {
      return next;
    }
    if (next == null || lane.queue.busySize() > 0) {
      return null;
    }
    if (next.row.notBefore() > nowMillis && !isLate(next, nowMillis)) {
      return null;
    }
    // What is still only in the store may come before it.
    return lane.queue.isLoaded(next) ? next : null;
  }

  private static boolean isLate(Delivery delivery, long nowMillis) {
    return nowMillis > delivery.row.deadline();
  }

  /** Returns whether a delivery may be late; that is certain once the clock is trusted again. */
  boolean mayBeLate(Delivery delivery, long nowMillis) {
    return isLate(delivery, nowMillis + lane.loop.doubtMillis());
  }

  // ---- resting -------------------------------------------------------------------------------

  /** Nothing can start now: prepares what is to come, and sets when to look again. */
  private void rest(long nowNanos, long nowMillis) {
    ShardLoop loop = lane.loop;
    lane.queue.trim(loop.parkedRoom(lane));
    lane.reads.readPage(nowMillis);
    lane.moves.moveToParked();
    lane.reopen(nowMillis);
    long wake = wakeNanos(nowNanos, nowMillis);
    if (wake == Long.MAX_VALUE) {
      loop.sleep(lane);
      if (lane.hasNothing() && lane.health.forgettable(nowNanos, nowMillis)) {
        loop.idle(lane);
      }
    } else {
      loop.wakeAt(lane, wake);
    }
    if (lane.queue.busySize() == 0 && loop.isCrowded()) {
      lane.settings.release();
    }
  }

  private long wakeNanos(long nowNanos, long nowMillis) {
    LaneHealth health = lane.health;
    long wake = health.slowAtNanos();
    long page = lane.reads.pageAtMillis();
    if (page != Long.MAX_VALUE) {
      wake = earlier(wake, page, nowNanos, nowMillis);
    }
    Delivery first = lane.queue.first();
    if (first == null) {
      return wake;
    }
    if (!lane.loop.stopping()) {
      wake = earlier(wake, lane.endings().nextLateMillis(), nowNanos, nowMillis);
    }
    LaneSettings now = lane.settings.get();
    if (now == null) {
      return earlier(wake, lane.settings.retryMillis(), nowNanos, nowMillis);
    }
    if (now.state() != EndpointState.ENABLED || (lane.isOrdered() && lane.queue.busySize() > 0)) {
      return wake;
    }
    long ready = Math.max(health.holdUntil(), Math.max(first.row.due(), first.row.notBefore()));
    long blocked = Math.max(0, health.blockedNanos(nowNanos));
    if (blocked == ApplicationRate.UNTIL_TOLD) {
      return wake;
    }
    if (ready > nowMillis || blocked > 0) {
      long wait = Math.min(ready - nowMillis, ShardLoop.LONGEST_WAIT_MILLIS);
      long at = nowNanos + Math.max(blocked, wait * 1_000_000);
      wake = wake == Long.MAX_VALUE || at - wake < 0 ? at : wake;
    }
    return wake;
  }

  private static long earlier(long wake, long atMillis, long nowNanos, long nowMillis) {
    long wait = Math.clamp(atMillis - nowMillis, 1, ShardLoop.LONGEST_WAIT_MILLIS);
    long at = nowNanos + wait * 1_000_000;
    return wake == Long.MAX_VALUE || at - wake < 0 ? at : wake;
  }
}
