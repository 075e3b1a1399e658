package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.StoreBackoff;
import dev.posthorn.internal.engine.base.Tenure;
import dev.posthorn.internal.engine.registry.Gate;
import dev.posthorn.internal.engine.registry.LaneSettings;
import dev.posthorn.internal.engine.registry.RateLimiter;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.ParkedKey;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Everything in memory about one endpoint with work: the deliveries that wait, those under way, and
 * the state that decides whether the next may start.
 *
 * <p>One endpoint costs the others nothing, since a lane takes turns with the other lanes of its
 * loop, holds a bounded number of permits, and keeps a bounded number of deliveries in memory. A
 * permit is held from the start of an exchange until its outcome is committed.
 *
 * <p>This class takes in committed rows; {@link LaneTurn} decides what starts next, {@link
 * LaneAttempts} starts attempts, {@link LaneEndings} ends deliveries without one, and {@link
 * LaneMoves} moves rows within the store.
 *
 * <p>Danger: only the loop's thread may touch a lane and its parts.
 */
public final class Lane extends WakeupQueue.Item {
  final RegisteredEndpoint endpoint;
  final ShardLoop loop;
  final LaneQueue queue;
  final LaneHealth health;
  final SettingsInUse settings;
  private final Gate gate;

  /** The time in which this node owns its partition. */
  final Tenure tenure;

  /** The lane's share of its loop's permits. */
  final PermitShare share;

  final LaneReads reads = new LaneReads(this);
  final LaneAttempts attempts = new LaneAttempts(this);
  final LaneMoves moves = new LaneMoves(this);
  final LaneTurn turn = new LaneTurn(this);
  private final LaneEndings endings = new LaneEndings(this);

  /** The number of rows that the gate turned away and that are known here. */
  private long parkedNotified;

  private boolean slow;
  private CircuitBreaker.State breaker = CircuitBreaker.State.CLOSED;

  /** True while nothing can go for some time. */
  private boolean stuck;

  /** True while the lane waits for its turn. Owned by the loop. */
  boolean ready;

  /** True while the lane is among those with nothing to do. Owned by the loop. */
  boolean idle;

  /** The number of its turns that failed in a row. Owned by the loop. */
  int failures;

  /** True once the lane was dropped: what comes back gives back what it took. */
  private boolean closed;

  Lane(RegisteredEndpoint endpoint, ShardLoop loop, LaneQueue queue, Tenure tenure) {
    EngineOptions options = loop.context().options();
    this.endpoint = endpoint;
    this.loop = loop;
    this.queue = queue;
    this.tenure = tenure;
    this.gate = endpoint.gate(options.limits().laneHotRows(), tenure);
    gate.room(options.limits().laneHotRows()); // a lane before this one may have been stuck
    this.health =
        new LaneHealth(
            endpoint, rateLimiter(), options.health(), options.limits(), loop.context().random());
    health.resume(loop.nanos(), loop.millis());
    this.settings = new SettingsInUse(endpoint, loop.context());
    this.share = new PermitShare(endpoint.row().application(), () -> loop.ready(this));
  }

  private RateLimiter rateLimiter() {
    return new RateLimiter(
        loop.context().endpoints().rateOf(endpoint), () -> loop.execute(() -> loop.ready(this)));
  }

  /** Returns the application of the endpoint. */
  long application() {
    return endpoint.row().application();
  }

  /** Returns the part that ends deliveries without an exchange. */
  public LaneEndings endings() {
    return endings;
  }

  // ---- what comes ----------------------------------------------------------------------------

  /** Takes in a delivery that entered {@code hot}. */
  void hotCommitted(Delivery delivery) {
    spareRoom(delivery);
    queue.addHot(delivery);
    endings.endIfCancelled(delivery.row);
    loop.ready(this);
  }

  /** Takes in a row of {@code hot} that was found after a restart. */
  public void restored(LiveRow row) {
    gate.restored(loop.context().hotBudget());
    queue.addHot(new Delivery(row, null)); // canceled ones are ended next
    loop.ready(this);
  }

  /** Takes in a delivery that entered {@code parked}. */
  void parkedCommitted(Delivery delivery) {
    spareRoom(delivery);
    waits(delivery);
    loop.ready(this);
  }

  /** Adds a parked delivery that waits, from now on or again. */
  void waits(Delivery parked) {
    queue.addParked(parked, loop.parkedRoom(this));
    endings.endIfCancelled(parked.row);
  }

  /** Lets go of the payload of a delivery that cannot go soon, if memory is scarce. */
  private void spareRoom(Delivery waiting) {
    if (stuck && loop.context().bodyRoom().isScarce()) {
      waiting.releasePayload();
    }
  }

  /**
   * Takes in a parked delivery of another node. Its row is as of now: every commit that changes it
   * is told later.
   */
  public void handedOff(Delivery delivery) {
    parkedCommitted(delivery);
    if (!queue.complete()) {
      gate.shut(); // the row may be only in the store
    }
  }

  /** Takes note of a parked row that may be only in the store. */
  public void unloaded(ParkedKey row) {
    gate.shut();
    queue.unloaded(row);
    loop.ready(this);
  }

  public void settingsChanged() {
    settings.changed();
    loop.ready(this);
  }

  // ---- the gate ------------------------------------------------------------------------------

  /** Takes note of rows that the gate turned away: they are parked now, or never will be. */
  public void parkedNotified(int rows) {
    if (parkedNotified == 0) {
      loop.context().log().overflow(endpoint, true);
    }
    parkedNotified += rows;
    reopen();
  }

  /**
   * Tells the writer where the lane stands. Lets rows into {@code hot} again, once all that were
   * turned away are in memory.
   */
  void reopen(long nowMillis) {
    gate.backlog(!queue.reading() && queue.nextDue() <= nowMillis);
    reopen();
  }

  private void reopen() {
    if (gate.isShut() && queue.complete() && gate.reopen(parkedNotified)) {
      if (parkedNotified > 0) {
        loop.context().log().overflow(endpoint, false);
      }
      parkedNotified = 0;
    }
  }

  /** Lets no more rows into {@code hot} until all parked ones are in memory. */
  void shutGate() {
    gate.shut();
  }

  /** Returns whether the lane has nothing to do and no row of it is only in the store. */
  boolean hasNothing() {
    return queue.isEmpty() && !gate.isShut();
  }

  /**
   * Returns whether the lane can be dropped and made anew later. It cannot while the gate is shut:
   * then only the lane knows how many of the rows turned away have arrived.
   */
  boolean isForgettable() {
    return hasNothing() && !ready && !waiting() && endings.isIdle();
  }

  // ---- what goes, or waits again -------------------------------------------------------------

  /** Takes note that the outcome of a delivery is on disk: its permit is free. */
  void settled(Delivery delivery, @Nullable LiveRow next) {
    release(delivery);
    if (closed) {
      return;
    }
    gone(delivery, next == null);
    if (next != null) {
      waits(delivery.again(next));
    }
    loop.ready(this);
  }

  /** Forgets a delivery whose row has left the store: it has ended, or has another row. */
  void gone(Delivery delivery, boolean ended) {
    leave(delivery);
    endings.gone(delivery.row, ended);
  }

  /**
   * Lets a delivery whose outcome was not stored wait again: its row is as before, so it is
   * attempted again, after a {@link StoreBackoff}. Until then it counts as busy, but holds no
   * permit.
   */
  void unsettled(Delivery delivery) {
    release(delivery);
    if (closed) {
      return;
    }
    health.notSaved();
    loop.schedule(StoreBackoff.nanos(delivery.refusals), () -> waitAgain(delivery));
    delivery.refusals++;
    loop.ready(this);
  }

  private void waitAgain(Delivery delivery) {
    putBack(delivery);
    loop.ready(this);
  }

  /** Lets a busy delivery wait again, with the row that it had. */
  void putBack(Delivery delivery) {
    if (closed) {
      return;
    }
    Delivery again = delivery.again(delivery.row);
    again.refusals = delivery.refusals;
    leave(delivery);
    if (again.row.place() == LiveRow.QueueState.HOT) {
      gate.restored(loop.context().hotBudget());
      queue.returnHot(again);
      endings.endIfCancelled(again.row);
    } else {
      waits(again);
    }
  }

  /** Gives back the permit, or the count, and the payload of a busy delivery. */
  void release(Delivery delivery) {
    if (delivery.permitted && delivery.answered) {
      loop.permits().giveEnded(share, delivery.room);
    } else if (delivery.permitted) {
      loop.permits().give(share, delivery.room);
    } else {
      loop.ending(-1);
    }
    delivery.releasePayload();
  }

  /** Takes away the place of a busy delivery: its row is gone, or comes back as another one. */
  void leave(Delivery delivery) {
    queue.left(delivery, loop.parkedRoom(this));
    delivery.releasePayload();
    leaveHot(delivery);
  }

  /**
   * Lets go of everything, since the partition is released or lost. The exchanges and commits that
   * are under way hold their permits and payloads until they end.
   */
  void close() {
    closed = true;
    queue.notRead();
    for (Delivery delivery : queue.allWaiting()) {
      delivery.releasePayload();
      leaveHot(delivery);
    }
    for (Delivery delivery : queue.allBusy()) {
      if (!delivery.permitted) {
        delivery.releasePayload();
      }
      leaveHot(delivery);
    }
    loop.permits().leave(share);
    health.close();
    endings.close();
  }

  private void leaveHot(Delivery delivery) {
    if (delivery.row.place() == LiveRow.QueueState.HOT) {
      gate.left(loop.context().hotBudget());
    }
  }

  /** Returns whether no exchange or commit of it is under way. */
  public boolean isSettled() {
    return queue.busySize() == 0;
  }

  boolean isClosed() {
    return closed;
  }

  // ---- where it stands -----------------------------------------------------------------------

  void updateStanding(long nowNanos) {
    boolean isSlow = health.updateSlow(nowNanos);
    loop.permits().standing(share, health.standing());
    slow = isSlow;
    CircuitBreaker.State now = health.breaker(nowNanos);
    if (now != breaker) {
      breaker = now;
      loop.context().log().breaker(endpoint, now, health.breakerMillis());
    }
  }

  void updateStuck(long nowMillis) {
    boolean was = stuck;
    LaneSettings now = settings.get();
    stuck =
        slow
            || now == null
            || now.state() != EndpointState.ENABLED
            || health.holdUntil() > nowMillis + 1_000;
    if (stuck != was) {
      // What cannot go must not take places in hot from lanes that can use them.
      gate.room(stuck ? 0 : loop.context().options().limits().laneHotRows());
    }
    if (stuck && !was) {
      queue.allWaiting().forEach(this::spareRoom);
    }
  }

  boolean isCancelled(LiveRow row) {
    return loop.context().cancellations().isCancelled(endpoint, row);
  }

  boolean isOrdered() {
    return endpoint.row().policy().ordered();
  }

  /** Returns whether its last exchange went well and none takes long. */
  boolean doesWell() {
    return health.standing() == Permits.Standing.GOOD;
  }

  boolean isSlow() {
    return slow;
  }

  /** Returns whether nothing can go for some time. */
  boolean isStuck() {
    return stuck;
  }

  boolean isSpared() {
    return health.isSpared(loop.nanos());
  }

  public LaneView view() {
    long nowNanos = loop.nanos();
    long nowMillis = loop.millis();
    Delivery first = queue.first();
    return new LaneView(
        firsts(queue.allBusy()) - firsts(moves.underWay()),
        health.isRateLimited(nowNanos) && turn.next(nowMillis) != null,
        first == null ? 0 : Math.max(first.row.due(), first.row.notBefore()),
        health.view(nowNanos, nowMillis));
  }

  private static int firsts(Collection<Delivery> deliveries) {
    int count = 0;
    for (Delivery delivery : deliveries) {
      count += delivery.row.attempts() == 0 ? 1 : 0;
    }
    return count;
  }
}
