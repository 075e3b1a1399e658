package dev.posthorn.engine;

import dev.posthorn.store.DeliveryState;
import dev.posthorn.store.EndpointState;
import dev.posthorn.store.LiveRow;
import dev.posthorn.transport.ExchangeResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is in memory about one endpoint with work: which deliveries wait, how many are under
 * way, and whether the next may go.
 *
 * <p>A lane is the unit of everything, so what one endpoint does costs the others nothing: it takes
 * turns with the other lanes of its loop, holds a bounded number of permits, and keeps a bounded
 * number of deliveries in memory. A permit is held from the start of an exchange until its outcome
 * is committed.
 *
 * <p>Danger: only the loop's thread may touch a lane.
 */
class Lane extends Agenda.Item {
  private static final int PAGE = 256;
  private static final int KEPT_HOT = 64;
  private static final int MOVE = 256;
  private static final int BODIES = 32;
  private static final long READ_AHEAD_MILLIS = 2_000;
  private static final long SETTINGS_RETRY_MILLIS = 60_000;

  final EndpointEntry endpoint;
  final ShardLoop loop;
  final LaneQueue queue;
  private final Gate gate;
  private final LaneHealth health;

  private @Nullable LaneSettings settings;
  private long settingsRetry;
  private int permits;
  private long told;
  private boolean slow;
  private boolean moving;
  private boolean loadingBodies;
  private boolean cancellingAll;

  /** Whether the lane waits for its turn. Owned by the loop. */
  boolean ready;

  /** Whether the lane waits for a permit. Owned by the loop. */
  boolean starved;

  Lane(EndpointEntry endpoint, ShardLoop loop, LaneQueue queue) {
    EngineOptions options = loop.core().options();
    this.endpoint = endpoint;
    this.loop = loop;
    this.queue = queue;
    this.gate = endpoint.gate(options.limits().laneHotRows());
    this.health = new LaneHealth(endpoint, options.health(), options.limits());
  }

  // ---- what comes ----------------------------------------------------------------------------

  /** A delivery entered {@code hot}. */
  final void hotCommitted(Delivery delivery) {
    queue.addHot(delivery);
    loop.ready(this);
  }

  /** A row of {@code hot} was found after a restart. */
  final void restored(LiveRow row) {
    gate.restored(loop.core().hotBudget());
    hotCommitted(new Delivery(row, null));
  }

  /** A delivery entered {@code parked}. */
  final void parkedCommitted(Delivery delivery) {
    queue.addParked(delivery, loop.parkedRoom(this));
    loop.ready(this);
  }

  /** As many rows as the gate turned away are parked now, or never will be. */
  final void told(int rows) {
    told += rows;
    reopen();
  }

  /** The store has a parked row of this lane that may not be in memory. */
  final void unloaded(LiveRow row) {
    gate.shut();
    queue.unloaded(row);
    loop.ready(this);
  }

  final void settingsChanged() {
    settingsRetry = 0;
    loop.ready(this);
  }

  private void reopen() {
    if (gate.isShut() && queue.complete() && gate.reopen(told)) {
      told = 0;
    }
  }

  // ---- a turn --------------------------------------------------------------------------------

  /**
   * Starts up to {@code quantum} exchanges.
   *
   * @return whether the lane could go on at once
   */
  final boolean turn(int quantum) {
    long nowNanos = loop.nanos();
    long nowMillis = loop.millis();
    if (endpoint.settings().deleted()) {
      cancelAll();
    }
    updateSettings(nowMillis);
    updateSlow(nowNanos);
    for (int i = 0; i < quantum; i++) {
      if (!step(nowNanos, nowMillis)) {
        rest(nowNanos, nowMillis);
        return false;
      }
    }
    return true;
  }

  /** Starts one exchange, or ends one delivery without; returns false if there is none to start. */
  private boolean step(long nowNanos, long nowMillis) {
    Delivery next = next(nowMillis);
    if (next == null || loop.stopping()) {
      return false;
    }
    boolean late = nowMillis > next.row.deadline();
    LaneSettings now = settings;
    if (!late && (now == null || !mayExchange(now, nowNanos, nowMillis))) {
      return false;
    }
    if (!late && next.payload == null) {
      loadBodies(nowMillis);
      return false;
    }
    if (!loop.permits().take(this)) {
      return false;
    }
    permits++;
    queue.take(next);
    if (late || now == null) {
      end(next, DeliveryState.FAILED, EndReason.DEADLINE);
    } else {
      exchange(next, now, nowNanos);
    }
    return true;
  }

  /** Returns the delivery that is to be attempted next and is due, or null. */
  private @Nullable Delivery next(long nowMillis) {
    Delivery hot = queue.firstHot();
    Delivery parked = queue.firstParked();
    if (parked != null && parked.row.due() > nowMillis) {
      parked = null;
    }
    Delivery next = firstOf(hot, parked);
    if (isOrdered()) {
      if (next == null || queue.busySize() > 0 || next.row.notBefore() > nowMillis) {
        return null;
      }
      // What is still only in the store may come before it.
      return queue.isLoaded(next) ? next : null;
    }
    return next;
  }

  private static @Nullable Delivery firstOf(@Nullable Delivery hot, @Nullable Delivery parked) {
    return parked == null || (hot != null && hot.compareTo(parked) < 0) ? hot : parked;
  }

  private boolean mayExchange(LaneSettings now, long nowNanos, long nowMillis) {
    return now.state() == EndpointState.ENABLED
        && health.mayExchange(now.target().connections(), permits, nowNanos, nowMillis);
  }

  final boolean isOrdered() {
    return endpoint.row().policy().ordered();
  }

  final boolean isSlow() {
    return slow;
  }

  final boolean isSpared() {
    return health.isSpared(loop.nanos());
  }

  final LaneView view() {
    boolean limited = health.isRateLimited(loop.nanos()) && next(loop.millis()) != null;
    return new LaneView(queue.busySize(), limited);
  }

  // ---- exchanges -----------------------------------------------------------------------------

  private void exchange(Delivery delivery, LaneSettings now, long nowNanos) {
    health.started(delivery, nowNanos);
    loop.exchanger().exchange(delivery, now, result -> finished(delivery, now, result));
  }

  private void finished(Delivery delivery, LaneSettings now, ExchangeResult result) {
    long nowNanos = loop.nanos();
    long nowMillis = loop.millis();
    Verdict verdict =
        Verdict.of(
            delivery.row,
            result,
            loop.core().rules(endpoint, now, delivery),
            nowMillis,
            loop.core().random());
    long failingSince = health.finished(delivery, verdict, nowNanos, nowMillis);
    EndpointState disable = health.disabling(verdict, nowMillis);
    if (delivery.cancelled) {
      verdict = verdict.cancelled();
    }
    loop.core()
        .journal()
        .submit(OutcomeEntry.of(this, delivery, verdict, result, failingSince, disable));
    loop.ready(this);
  }

  /** Ends a delivery without an exchange. It must be busy and hold a permit. */
  private void end(Delivery delivery, DeliveryState state, EndReason reason) {
    loop.core().journal().submit(OutcomeEntry.end(this, delivery, state, reason));
  }

  /** Ends a delivery that waits in memory, whether there is a permit for that or not. */
  private void endWaiting(Delivery delivery, DeliveryState state, EndReason reason) {
    queue.take(delivery);
    permits++;
    loop.permits().force(this);
    end(delivery, state, reason);
  }

  /** The outcome of a delivery is on disk: its permit is free. */
  final void settled(Delivery delivery, @Nullable LiveRow next) {
    permits--;
    loop.permits().give(this);
    leave(delivery);
    if (next != null && delivery.cancelled) {
      Delivery again = new Delivery(next, null);
      again.cancelled = true;
      queue.addParked(again, loop.parkedRoom(this));
      if (queue.isLoaded(again)) {
        cancelWaiting(again);
      } else {
        cancelStored(next);
      }
    } else if (next != null) {
      queue.addParked(new Delivery(next, null), loop.parkedRoom(this));
    }
    loop.ready(this);
  }

  /**
   * The outcome of a delivery could not be stored: its row is as before, so it is attempted again.
   */
  final void unsettled(Delivery delivery) {
    permits--;
    loop.permits().give(this);
    LiveRow row = delivery.row;
    leave(delivery);
    if (row.place() == LiveRow.Place.HOT) {
      gate.restored(loop.core().hotBudget());
      queue.returnHot(new Delivery(row, null));
    } else {
      queue.addParked(new Delivery(row, null), loop.parkedRoom(this));
    }
    loop.readyLater(this);
  }

  private void leave(Delivery delivery) {
    queue.left(delivery);
    delivery.releasePayload();
    if (delivery.row.place() == LiveRow.Place.HOT) {
      gate.left(loop.core().hotBudget());
    }
  }

  // ---- settings and health -------------------------------------------------------------------

  @SuppressWarnings("ReferenceEquality") // changed settings are another object
  private void updateSettings(long nowMillis) {
    EndpointEntry.Settings source = endpoint.settings();
    LaneSettings present = settings;
    if ((present != null && present.source() == source) || nowMillis < settingsRetry) {
      return;
    }
    if (source.deleted()) {
      // Its secrets are gone: whatever was still read of it must be cancelled, not sent unsigned.
      settings = null;
      settingsRetry = nowMillis + SETTINGS_RETRY_MILLIS;
      return;
    }
    try {
      LaneSettings made = loop.core().settings().make(endpoint.environment, source);
      health.rate(source.row().policy().rateLimit());
      settings = made;
    } catch (RuntimeException e) {
      loop.core().events().settingsUnusable(endpoint, e);
      settings = null;
      settingsRetry = nowMillis + SETTINGS_RETRY_MILLIS;
    }
  }

  private void updateSlow(long nowNanos) {
    boolean isSlow = health.updateSlow(nowNanos);
    if (isSlow != slow) {
      loop.permits().move(this, permits, isSlow);
      slow = isSlow;
      gate.room(isSlow ? KEPT_HOT : loop.core().options().limits().laneHotRows());
    }
  }

  // ---- resting: pages, moves and the next wake-up -----------------------------------------------

  private void rest(long nowNanos, long nowMillis) {
    readPage(nowMillis);
    moveToParked(nowMillis);
    reopen();
    long wake = wakeNanos(nowNanos, nowMillis);
    if (wake == Long.MAX_VALUE) {
      loop.agenda().remove(this);
      if (queue.isEmpty() && !gate.isShut() && health.forgettable(nowNanos, nowMillis)) {
        loop.idle(this);
      }
    } else {
      loop.wakeAt(this, wake);
    }
  }

  private boolean wantsPage() {
    return !queue.complete() && !queue.reading() && queue.parkedSize() <= loop.parkedRoom(this) / 4;
  }

  private void readPage(long nowMillis) {
    if (!wantsPage() || queue.loadedThroughDue() > nowMillis + READ_AHEAD_MILLIS) {
      return;
    }
    loop.readPage(this, Math.min(PAGE, Math.max(2, loop.parkedRoom(this))));
  }

  /** While nothing can go, what fills {@code hot} makes room for lanes that can use it. */
  private void moveToParked(long nowMillis) {
    LaneSettings now = settings;
    boolean stuck =
        slow
            || now == null
            || now.state() != EndpointState.ENABLED
            || health.holdUntil() > nowMillis + 1_000;
    if (!stuck || moving || queue.hotSize() <= KEPT_HOT || loop.stopping()) {
      return;
    }
    moving = true;
    gate.shut();
    int most = Math.min(MOVE, queue.hotSize() - KEPT_HOT);
    loop.core().journal().submit(new MoveEntry(this, queue.takeHot(most)));
  }

  /**
   * Rows that were in {@code hot} are in {@code parked} now; or, if it failed, still in {@code
   * hot}.
   */
  final void moved(List<Delivery> deliveries, List<LiveRow> rows) {
    moving = false;
    for (int i = 0; i < deliveries.size(); i++) {
      Delivery delivery = deliveries.get(i);
      boolean cancelled = delivery.cancelled;
      leave(delivery);
      Delivery parked = new Delivery(rows.get(i), null);
      queue.addParked(parked, loop.parkedRoom(this));
      if (cancelled) {
        cancelRow(parked.row);
      }
    }
    loop.ready(this);
  }

  /** Rows could not be moved: they are in {@code hot} as before. */
  final void notMoved(List<Delivery> deliveries) {
    moving = false;
    for (Delivery delivery : deliveries) {
      leave(delivery);
      gate.restored(loop.core().hotBudget());
      queue.returnHot(new Delivery(delivery.row, null));
    }
    loop.readyLater(this);
  }

  private long wakeNanos(long nowNanos, long nowMillis) {
    long wake = health.slowAtNanos();
    if (wantsPage()) {
      wake = earlier(wake, queue.loadedThroughDue() - READ_AHEAD_MILLIS, nowNanos, nowMillis);
    }
    Delivery first = firstOf(queue.firstHot(), queue.firstParked());
    if (first == null) {
      return wake;
    }
    wake = earlier(wake, first.row.deadline() + 1, nowNanos, nowMillis);
    LaneSettings now = settings;
    if (now == null) {
      return earlier(wake, settingsRetry, nowNanos, nowMillis);
    }
    if (now.state() != EndpointState.ENABLED || (isOrdered() && queue.busySize() > 0)) {
      return wake;
    }
    long ready = Math.max(health.holdUntil(), Math.max(first.row.due(), first.row.notBefore()));
    long blocked = Math.max(0, health.blockedNanos(nowNanos));
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

  private void loadBodies(long nowMillis) {
    if (loadingBodies) {
      return;
    }
    List<Long> ids = new ArrayList<>();
    int most = Math.min(BODIES, Math.max(1, health.window() - permits));
    queue.eachDue(
        nowMillis,
        delivery -> {
          if (delivery.payload == null) {
            ids.add(delivery.row.message());
          }
          return ids.size() < most;
        });
    loadingBodies = true;
    loop.loadBodies(this, ids.stream().mapToLong(Long::longValue).toArray());
  }

  /** Payloads were read; a delivery whose message is past its retention can only fail. */
  final void bodiesLoaded(Bodies bodies, long nowMillis) {
    loadingBodies = false;
    List<Delivery> lost = new ArrayList<>();
    queue.eachDue(
        nowMillis,
        delivery -> {
          if (delivery.payload == null) {
            delivery.payload = bodies.take(delivery.row.message());
            if (delivery.payload == null && bodies.isMissing(delivery.row.message())) {
              lost.add(delivery);
            }
          }
          return !bodies.isEmpty();
        });
    for (Delivery delivery : lost) {
      endWaiting(delivery, DeliveryState.FAILED, EndReason.RETENTION);
    }
    bodies.releaseRest();
    loop.ready(this);
  }

  final void bodiesNotLoaded() {
    loadingBodies = false;
    loop.readyLater(this);
  }

  final void pageRead(List<LiveRow> rows, int limit) {
    queue.pageArrived(rows, limit, loop.parkedRoom(this));
    loop.ready(this);
  }

  final void pageNotRead() {
    queue.notRead();
    loop.readyLater(this);
  }

  // ---- cancelling ----------------------------------------------------------------------------

  /**
   * Cancels the delivery of a row, wherever it is: waiting here, under way (then it is not
   * attempted again), or only in the store.
   */
  final void cancelRow(LiveRow row) {
    if (!cancelIfLoaded(row)) {
      cancelStored(row);
    }
  }

  /** Cancels the delivery of a row if it is in memory; returns whether it was. */
  final boolean cancelIfLoaded(LiveRow row) {
    Delivery busy = queue.busy(row.id());
    if (busy != null) {
      busy.cancelled = true;
      return true;
    }
    Delivery waiting = queue.waiting(row.id());
    if (waiting != null) {
      cancelWaiting(waiting);
    }
    return waiting != null;
  }

  private void cancelStored(LiveRow row) {
    loop.core().journal().submit(new CancelEntry(loop, List.of(row), null));
  }

  private void cancelWaiting(Delivery waiting) {
    endWaiting(waiting, DeliveryState.CANCELLED, EndReason.CANCELLED);
  }

  /**
   * The endpoint was deleted: cancels all, also what is only in the store, which is looked at once.
   */
  private void cancelAll() {
    cancelLoaded(Long.MAX_VALUE);
    if (!cancellingAll) {
      cancellingAll = true;
      new CancelAll(this, Long.MAX_VALUE, cancelled -> {}).start();
    }
  }

  /** Cancels all deliveries that are in memory and have an id up to one; returns how many wait. */
  final int cancelLoaded(long upTo) {
    for (Delivery delivery : queue.allBusy()) {
      delivery.cancelled |= delivery.row.id() <= upTo;
    }
    int count = 0;
    for (Delivery delivery : queue.allWaiting()) {
      if (delivery.row.id() <= upTo) {
        cancelWaiting(delivery);
        count++;
      }
    }
    return count;
  }

  /** A row left the store without this lane's doing. */
  final void rowCancelled(LiveRow row) {
    Delivery busy = queue.busy(row.id());
    if (busy != null) {
      busy.cancelled = true;
    } else if (row.place() == LiveRow.Place.HOT && queue.waiting(row.id()) != null) {
      gate.left(loop.core().hotBudget());
    }
    queue.removed(row);
    loop.ready(this);
  }
}
