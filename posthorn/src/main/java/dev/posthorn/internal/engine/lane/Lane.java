package dev.posthorn.internal.engine.lane;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.EndReason;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.StoreBackoff;
import dev.posthorn.internal.engine.registry.ApplicationRate;
import dev.posthorn.internal.engine.registry.Gate;
import dev.posthorn.internal.engine.registry.LaneSettings;
import dev.posthorn.internal.engine.registry.RateLimiter;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.spi.store.EndpointState;
import dev.posthorn.spi.store.LaneStateRow;
import dev.posthorn.spi.store.LiveRow;
import dev.posthorn.spi.store.MessageRow;
import dev.posthorn.spi.transport.ExchangeResult;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
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
public class Lane extends WakeupQueue.Item {
  private static final int MOVE = 256;
  private static final int MOST_LATE = 1_000;
  private static final long LOOK_MILLIS = 1_000;

  final RegisteredEndpoint endpoint;
  final ShardLoop loop;
  final LaneQueue queue;
  private final Gate gate;
  private final LaneHealth health;
  private final SettingsInUse settings;

  /** What the lane reads from the store. */
  final LaneReads reads = new LaneReads(this);

  /** What the lane has of its loop's permits. */
  final Permits.Share share;

  private long told;
  private boolean slow;

  /** Before this time the lane does not look again for what is too late. */
  private long nextLook;

  /** Whether nothing can go for some time. */
  private boolean stuck;

  /** Ends what was cancelled together, if there was such a thing. */
  private @Nullable Sweep sweep;

  /** Whether all is being ended since the endpoint was removed. */
  private boolean removed;

  /** How many deliveries, which count as busy, are on their way from hot to parked. */
  private List<Delivery> moving = List.of();

  /** Whether the lane waits for its turn. Owned by the loop. */
  boolean ready;

  /** Whether the lane is among those that have nothing to do. Owned by the loop. */
  boolean idle;

  /** How many of its turns failed in a row. Owned by the loop. */
  int failures;

  Lane(RegisteredEndpoint endpoint, ShardLoop loop, LaneQueue queue) {
    EngineOptions options = loop.core().options();
    this.endpoint = endpoint;
    this.loop = loop;
    this.queue = queue;
    this.gate = endpoint.gate(options.limits().laneHotRows());
    gate.room(options.limits().laneHotRows()); // a lane before this one may have been stuck
    this.health =
        new LaneHealth(
            endpoint, rateLimiter(), options.health(), options.limits(), loop.core().random());
    health.resume(loop.nanos(), loop.millis());
    this.settings = new SettingsInUse(endpoint, loop.core());
    this.share = new Permits.Share(() -> loop.ready(this));
  }

  private RateLimiter rateLimiter() {
    return new RateLimiter(
        loop.core().directory().rateOf(endpoint), () -> loop.execute(() -> loop.ready(this)));
  }

  // ---- what comes ----------------------------------------------------------------------------

  /** A delivery entered {@code hot}. */
  final void hotCommitted(Delivery delivery) {
    spareRoom(delivery);
    queue.addHot(delivery);
    endIfCancelled(delivery.row);
    loop.ready(this);
  }

  /** A row of {@code hot} was found after a restart. */
  public final void restored(LiveRow row) {
    gate.restored(loop.core().hotBudget());
    queue.addHot(new Delivery(row, null)); // what was cancelled is ended next
    loop.ready(this);
  }

  /** A delivery entered {@code parked}. */
  final void parkedCommitted(Delivery delivery) {
    spareRoom(delivery);
    waits(delivery);
    loop.ready(this);
  }

  /** A parked delivery waits, from now on or again. */
  private void waits(Delivery parked) {
    queue.addParked(parked, loop.parkedRoom(this));
    endIfCancelled(parked.row);
  }

  /** What waits for a lane that is stuck is read again when its turn comes, if room is scarce. */
  private void spareRoom(Delivery waiting) {
    if (stuck && loop.core().bodyRoom().isScarce()) {
      waiting.releasePayload();
    }
  }

  /** As many rows as the gate turned away are parked now, or never will be. */
  public final void told(int rows) {
    told += rows;
    reopen();
  }

  /** The store has a parked row of this lane that may not be in memory. */
  public final void unloaded(LiveRow row) {
    gate.shut();
    queue.unloaded(row);
    loop.ready(this);
  }

  public final void settingsChanged() {
    settings.changed();
    loop.ready(this);
  }

  /**
   * Returns whether nothing is lost if the lane is made anew when it is needed. While the gate is
   * shut it knows how many of the rows turned away it was told of; without that the gate would stay
   * shut.
   */
  final boolean isForgettable() {
    boolean swept = sweep == null || sweep.isIdle();
    return queue.isEmpty() && !ready && !waiting() && !gate.isShut() && swept;
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
    if (endpoint.settings().deleted() && !removed) {
      removed = true;
      sweep().begin(Sweep.Order.PLAIN);
    }
    updateSettings(nowMillis);
    updateStanding(nowNanos);
    updateStuck(nowMillis);
    endLate(nowMillis);
    health.turnBegins();
    for (int i = 0; i < quantum; i++) {
      if (!step(nowNanos, nowMillis)) {
        health.turnEnds();
        rest(nowNanos, nowMillis);
        return false;
      }
    }
    return true;
  }

  /** Ends what waits in memory and is too late, whatever is before it. */
  private void endLate(long nowMillis) {
    if (nowMillis <= queue.firstDeadline() || nowMillis < nextLook || loop.stopping()) {
      return;
    }
    nextLook = nowMillis + LOOK_MILLIS;
    for (Delivery delivery : queue.takeLate(nowMillis, MOST_LATE)) {
      loop.ending(1);
      end(delivery, DeliveryState.FAILED, EndReason.DEADLINE);
    }
  }

  /** Ends a delivery that is too late and, as far as is known, only in the store. */
  final void endStored(LiveRow row) {
    Delivery delivery = new Delivery(row, null);
    boolean elsewhere = queue.isLoaded(delivery) || queue.busy(row.id()) != null;
    if (elsewhere || endpoint.settings().deleted() || loop.stopping()) {
      return; // it is ended in another way, or was already
    }
    delivery.unsure = true;
    queue.takeStored(delivery);
    loop.ending(1);
    end(delivery, DeliveryState.FAILED, EndReason.DEADLINE);
  }

  /** Starts one exchange, or ends one delivery without; returns false if there is none to start. */
  private boolean step(long nowNanos, long nowMillis) {
    Delivery next = next(nowMillis);
    if (next == null || loop.stopping()) {
      return false;
    }
    if (isCancelled(next.row)) {
      endIfCancelled(next.row);
      return !awaitsSweep(next.row);
    }
    boolean late = isLate(next, nowMillis);
    if (!late && next.row.notBefore() > nowMillis) {
      return moveToItsTime(next);
    }
    if (!late && mayBeLate(next, nowMillis)) {
      return false;
    }
    LaneSettings now = settings.get();
    if (!late && (now == null || !mayExchange(now, nowNanos, nowMillis))) {
      return false;
    }
    if (!late
        && next.payload == null
        && reads.readAhead(next, health.window() - share.held(), nowMillis)) {
      return false;
    }
    long room = late ? 0 : next.exchangeBytes(loop.permits());
    if (!loop.permits().take(share, room)) {
      return false;
    }
    boolean taken = false;
    try {
      queue.take(next);
      taken = true;
    } finally {
      if (!taken) {
        loop.permits().give(share, room);
      }
    }
    next.permitted = true;
    next.room = room;
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
      if (next == null || queue.busySize() > 0) {
        return null;
      }
      if (next.row.notBefore() > nowMillis && !isLate(next, nowMillis)) {
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

  private static boolean isLate(Delivery delivery, long nowMillis) {
    return nowMillis > delivery.row.deadline();
  }

  /** Whether it is late is known once the clock is believed, or right again. */
  private boolean mayBeLate(Delivery delivery, long nowMillis) {
    return isLate(delivery, nowMillis + loop.doubtMillis());
  }

  private boolean mayExchange(LaneSettings now, long nowNanos, long nowMillis) {
    return now.state() == EndpointState.ENABLED
        && health.mayExchange(now.concurrency(), share.held(), nowNanos, nowMillis);
  }

  final boolean isOrdered() {
    return endpoint.row().policy().ordered();
  }

  /** Returns whether its last exchange went well and none takes long. */
  final boolean doesWell() {
    return health.standing() == Permits.Standing.GOOD;
  }

  final boolean isSlow() {
    return slow;
  }

  /** Returns whether nothing can go for some time. */
  final boolean isStuck() {
    return stuck;
  }

  public final LaneView view() {
    boolean limited = health.isRateLimited(loop.nanos()) && next(loop.millis()) != null;
    return new LaneView(firsts(queue.allBusy()) - firsts(moving), limited);
  }

  private static int firsts(Collection<Delivery> deliveries) {
    int count = 0;
    for (Delivery delivery : deliveries) {
      count += delivery.row.attempts() == 0 ? 1 : 0;
    }
    return count;
  }

  final boolean isSpared() {
    return health.isSpared(loop.nanos());
  }

  // ---- exchanges -----------------------------------------------------------------------------

  private void exchange(Delivery delivery, LaneSettings now, long nowNanos) {
    health.started(delivery, nowNanos);
    if (delivery.payload == null) {
      reads.read(delivery);
    } else {
      delivery.payloadUnderWay();
      send(delivery, now);
    }
  }

  private void send(Delivery delivery, LaneSettings now) {
    loop.exchanger().exchange(delivery, now, new Ending(delivery, now));
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
        postponed(delivery, result, loop.nanos());
        return;
      }
      try {
        finished(delivery, settings, result);
      } catch (Throwable e) { // a wire format judges answers too
        loop.core().guard().report("judging an answer", e);
        health.abandoned(delivery);
        unsettled(delivery);
      }
    }

    private boolean isFirst() {
      boolean first = !delivery.answered;
      delivery.answered = true;
      return first;
    }
  }

  /**
   * The payload of a delivery under way was read, unless it is missing or larger than was thought.
   */
  final void read(Delivery delivery, @Nullable MessageRow message, boolean missing) {
    LaneSettings now = settings.get();
    if (missing && !isCancelled(delivery.row)) {
      health.notMade(delivery);
      end(delivery, DeliveryState.FAILED, EndReason.RETENTION);
    } else if (message == null || now == null || mustRest(delivery, now) || isOvertaken(delivery)) {
      health.notMade(delivery);
      release(delivery);
      putBack(delivery);
    } else {
      long room = Payload.exchangeBytes(message.body().length);
      loop.permits().shrink(share, delivery.room, room);
      delivery.room = room;
      delivery.payload = loop.core().payload(message, 0);
      delivery.startedNanos = loop.nanos();
      send(delivery, now);
    }
    loop.ready(this);
  }

  /** Returns whether a delivery may not go any more, since its payload was asked for. */
  private boolean mustRest(Delivery delivery, LaneSettings now) {
    return loop.stopping()
        || now.state() != EndpointState.ENABLED
        || mayBeLate(delivery, loop.millis())
        || isCancelled(delivery.row)
        || health.isBlocked(loop.nanos(), loop.millis());
  }

  /** Whether one with an earlier place in an ordered lane has come while a payload was read. */
  private boolean isOvertaken(Delivery delivery) {
    Delivery first = isOrdered() ? firstOf(queue.firstHot(), queue.firstParked()) : null;
    return first != null && first.compareTo(delivery) < 0;
  }

  /** The payload of a delivery under way could not be read. */
  @SuppressWarnings("ReferenceEquality") // it may wait again by now
  final void notRead(Delivery delivery) {
    if (queue.busy(delivery.row.id()) == delivery) {
      health.notMade(delivery);
      unsettled(delivery);
    }
  }

  private void finished(Delivery delivery, LaneSettings now, ExchangeResult result) {
    long nowNanos = loop.nanos();
    long nowMillis = loop.millis();
    long sinceMillis = (nowNanos - delivery.startedNanos) / 1_000_000;
    loop.core().meter().started(delivery.row, nowMillis - sinceMillis);
    Verdict verdict =
        Verdict.of(
            delivery.row,
            result,
            loop.core().rules(endpoint, now, delivery),
            nowMillis,
            loop.core().random());
    verdict = health.heeded(verdict, nowMillis);
    LaneStateRow state = health.finished(delivery, verdict, nowNanos, nowMillis);
    EndpointState disable = health.disabling(verdict, nowMillis);
    updateStanding(nowNanos);
    loop.ready(this);
    // Last: once it is handed in, nothing may fail here.
    loop.core().journal().submit(OutcomeEntry.of(this, delivery, verdict, result, state, disable));
  }

  /** No exchange came about: the delivery waits again, as if it had never begun. */
  private void postponed(Delivery delivery, ExchangeResult result, long nowNanos) {
    loop.core().shortages().met(result, nowNanos);
    health.postponed(delivery, nowNanos);
    release(delivery);
    putBack(delivery);
    updateStanding(nowNanos);
    loop.ready(this);
  }

  /** Ends a delivery without an exchange. It must be busy. */
  private void end(Delivery delivery, DeliveryState state, EndReason reason) {
    loop.core().journal().submit(OutcomeEntry.end(this, delivery, state, reason));
  }

  /** Ends a delivery that waits in memory. It needs no permit: nothing of it can be repeated. */
  final void endWaiting(Delivery delivery, DeliveryState state, EndReason reason) {
    queue.take(delivery);
    loop.ending(1);
    end(delivery, state, reason);
  }

  /** The outcome of a delivery is on disk: its permit is free. */
  final void settled(Delivery delivery, @Nullable LiveRow next) {
    release(delivery);
    gone(delivery, next == null);
    if (next != null) {
      waits(delivery.again(next));
    }
    loop.ready(this);
  }

  /**
   * The outcome of a delivery could not be stored: its row is as before, so it is attempted again,
   * after a {@link StoreBackoff}. Until then it counts as busy, but holds no permit.
   */
  final void unsettled(Delivery delivery) {
    health.notSaved();
    release(delivery);
    loop.schedule(StoreBackoff.nanos(delivery.refusals), () -> waitAgain(delivery));
    delivery.refusals++;
    loop.ready(this);
  }

  private void waitAgain(Delivery delivery) {
    putBack(delivery);
    loop.ready(this);
  }

  /** A busy delivery waits again, with the row that it had. */
  private void putBack(Delivery delivery) {
    Delivery again = delivery.again(delivery.row);
    again.refusals = delivery.refusals;
    leave(delivery);
    if (again.row.place() == LiveRow.QueueState.HOT) {
      gate.restored(loop.core().hotBudget());
      queue.returnHot(again);
      endIfCancelled(again.row);
    } else {
      waits(again);
    }
  }

  private void release(Delivery delivery) {
    if (delivery.permitted) {
      loop.permits().give(share, delivery.room);
    } else {
      loop.ending(-1);
    }
    delivery.releasePayload();
  }

  private void leave(Delivery delivery) {
    queue.left(delivery, loop.parkedRoom(this));
    delivery.releasePayload();
    if (delivery.row.place() == LiveRow.QueueState.HOT) {
      gate.left(loop.core().hotBudget());
    }
  }

  // ---- cancellations -------------------------------------------------------------------------

  final boolean isCancelled(LiveRow row) {
    return loop.core().cancellations().isCancelled(endpoint, row);
  }

  /**
   * A delivery that is live was cancelled. If it is under way, or being moved, it is ended when it
   * comes back.
   */
  public final void endIfCancelled(LiveRow row) {
    if (isCancelled(row) && !awaitsSweep(row) && queue.busy(row.id()) == null) {
      cancel(List.of(row));
    }
  }

  /** Returns whether a delivery is left to a sweep that is to begin, and counts it. */
  private boolean awaitsSweep(LiveRow row) {
    long begun = sweep == null ? 0 : sweep.begunUpTo();
    return row.id() <= endpoint.cancelledUpTo && row.id() > begun;
  }

  /**
   * Ends deliveries that wait, in memory or only in the store. They need no permit: nothing of them
   * can be repeated.
   */
  final void cancel(List<LiveRow> rows) {
    List<Delivery> held = rows.stream().map(queue::hold).toList();
    Sweep.Order order = sweep == null ? null : sweep.counting();
    loop.ending(held.size());
    loop.core().journal().submit(new CancelEntry(this, held, order));
  }

  /** The end of deliveries is on disk. */
  final void cancelled(List<Delivery> deliveries) {
    loop.ending(-deliveries.size());
    for (Delivery delivery : deliveries) {
      gone(delivery, true);
    }
    loop.ready(this);
  }

  /** The end of deliveries could not be stored: it is tried again after a {@link StoreBackoff}. */
  final void notCancelled(CancelEntry entry, int deliveries, int refusals) {
    loop.ending(-deliveries);
    var unused =
        loop.schedule(
            StoreBackoff.nanos(refusals),
            () -> {
              loop.ending(deliveries);
              loop.core().journal().submit(entry);
            });
  }

  /** Returns what ends deliveries that were cancelled together. */
  public final Sweep sweep() {
    Sweep present = sweep;
    if (present == null) {
      present = new Sweep(this);
      sweep = present;
    }
    return present;
  }

  /** The row of a delivery has left the store: the delivery has ended, or has another row. */
  private void gone(Delivery delivery, boolean ended) {
    leave(delivery);
    if (sweep != null) {
      sweep.gone(delivery.row, ended);
    }
  }

  /** None of the deliveries that were cancelled together is left. */
  final void liftMark(long upTo) {
    loop.core().journal().submit(new LiftEntry(this, upTo));
  }

  // ---- settings and health -------------------------------------------------------------------

  private void updateSettings(long nowMillis) {
    LaneSettings changed = settings.update(nowMillis);
    if (changed != null) {
      health.rate(changed.source().row().policy().rateLimit());
    }
  }

  private void updateStanding(long nowNanos) {
    boolean isSlow = health.updateSlow(nowNanos);
    loop.permits().standing(share, health.standing());
    slow = isSlow;
  }

  private void updateStuck(long nowMillis) {
    boolean was = stuck;
    LaneSettings now = settings.get();
    stuck =
        slow
            || now == null
            || now.state() != EndpointState.ENABLED
            || health.holdUntil() > nowMillis + 1_000;
    if (stuck != was) {
      // What cannot go must not take places in hot from lanes that can use them.
      gate.room(stuck ? 0 : loop.core().options().limits().laneHotRows());
    }
    if (stuck && !was) {
      queue.allWaiting().forEach(this::spareRoom);
    }
  }

  // ---- resting: moves and the next wake-up ----------------------------------------------------

  private void rest(long nowNanos, long nowMillis) {
    queue.trim(loop.parkedRoom(this));
    reads.readPage(nowMillis);
    moveToParked();
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
    if (queue.busySize() == 0 && loop.isCrowded()) {
      settings.release();
    }
  }

  /** While nothing can go, what is in {@code hot} makes room for lanes that can use it. */
  private void moveToParked() {
    if (!stuck || !moving.isEmpty() || queue.hotSize() == 0 || loop.stopping()) {
      return;
    }
    gate.shut();
    move(queue.takeHot(MOVE));
  }

  /**
   * Gives a delivery the place of the time that it waits for: while the endpoint's deliveries were
   * ordered it had the place of its first one. Returns whether the lane can go on at once.
   */
  private boolean moveToItsTime(Delivery delivery) {
    if (!moving.isEmpty()) {
      return false; // it has its turn when that is on disk
    }
    queue.take(delivery);
    move(List.of(delivery));
    return true;
  }

  private void move(List<Delivery> taken) {
    moving = taken;
    loop.core().journal().submit(new MoveEntry(this, taken));
  }

  /** Rows are in {@code parked}, and where they are to be there. */
  final void moved(List<Delivery> deliveries, List<LiveRow> rows) {
    moving = List.of();
    for (int i = 0; i < deliveries.size(); i++) {
      Delivery delivery = deliveries.get(i);
      leave(delivery);
      waits(delivery.again(rows.get(i)));
    }
    loop.ready(this);
  }

  /** Rows could not be moved: they are where they were. */
  final void notMoved(List<Delivery> deliveries) {
    moving = List.of();
    deliveries.forEach(this::putBack);
    loop.readyLater(this, 0);
  }

  private long wakeNanos(long nowNanos, long nowMillis) {
    long wake = health.slowAtNanos();
    long page = reads.pageAtMillis();
    if (page != Long.MAX_VALUE) {
      wake = earlier(wake, page, nowNanos, nowMillis);
    }
    Delivery first = firstOf(queue.firstHot(), queue.firstParked());
    if (first == null) {
      return wake;
    }
    if (!loop.stopping()) {
      wake = earlier(wake, Math.max(queue.firstDeadline() + 1, nextLook), nowNanos, nowMillis);
    }
    LaneSettings now = settings.get();
    if (now == null) {
      return earlier(wake, settings.retryMillis(), nowNanos, nowMillis);
    }
    if (now.state() != EndpointState.ENABLED || (isOrdered() && queue.busySize() > 0)) {
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
