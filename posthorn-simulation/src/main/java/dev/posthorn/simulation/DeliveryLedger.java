package dev.posthorn.simulation;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.LaneStateRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The promises made and the exchanges seen, compared with the disk: the promises P1 to P3 as
 * checks.
 */
final class DeliveryLedger {
  private static final long TOLD_LATE_MILLIS = 1_000;

  /** A process that stands still tells late of commits that are lost. */
  private static final long LOST_NANOS = 60_000_000_000L;

  private static final long LATEST_NANOS = 3_000_000_000L;

  private final SimTables tables;
  private final SimClock clock;
  private final Map<Long, Long> accepted = new LinkedHashMap<>();
  private final Map<Long, Long> owners = new HashMap<>();
  private final CallbackChecker callbacks;
  private final CancellationChecker cancellations;
  private final EndingChecker endings;

  /** The exchanges that are under way, by endpoint. */
  private final Map<Long, Set<Object>> underWay = new HashMap<>();

  /** The kind of the first attempt of each delivery, by its id, of the last time it began. */
  private final Map<Long, AttemptKind> begun = new HashMap<>();

  private final OpenExchanges open;
  private final OrderChecker order;
  private final TargetChecker targets;
  private final int mostRepeats;
  private long exchanges;
  private long lost;
  private long failedOverAt = Long.MIN_VALUE / 2;

  DeliveryLedger(SimTables tables, SimClock clock, int mostRepeats) {
    this.clock = clock;
    this.tables = tables;
    this.callbacks = new CallbackChecker(tables, this::mayBeLost);
    this.cancellations = new CancellationChecker(tables);
    this.endings = new EndingChecker(tables, clock);
    this.open = new OpenExchanges(tables);
    this.targets = new TargetChecker(tables, clock);
    this.order = new OrderChecker(tables, clock, accepted);
    this.mostRepeats = mostRepeats;
  }

  // ---- what the workload did -----------------------------------------------------------------

  void accepted(long application, long message, boolean duplicate) {
    MessageRow stored = tables.message(message);
    if (stored == null && (mayBeLost() || endings.mayBeDeleted(application))) {
      return; // it was stored before, and its application is removed since, or it is lost
    }
    if (stored == null) {
      throw new Violation("P1: message " + message + " was accepted but is not on disk");
    }
    if (!duplicate) {
      targets.require(stored);
    }
    accepted.putIfAbsent(message, clock.nanoTime());
    owners.put(message, stored.application());
  }

  CallbackChecker callbacks() {
    return callbacks;
  }

  /** A cancellation was answered; returns what is still live of its deliveries. */
  List<LiveRow> canceled(Predicate<LiveRow> asked) {
    return mayBeLost() ? List.of() : cancellations.answered(asked);
  }

  /** An endpoint was removed, and everybody has heard of that. */
  void removed(long endpoint) {
    if (!mayBeLost()) {
      cancellations.removed(endpoint);
    }
  }

  /** Returns whether what was answered just now may have been lost with the last commits. */
  private boolean mayBeLost() {
    return clock.nanoTime() - failedOverAt < LOST_NANOS;
  }

  CancellationChecker cancellations() {
    return cancellations;
  }

  EndingChecker endings() {
    return endings;
  }

  Set<Long> acceptedMessages() {
    return accepted.keySet();
  }

  // ---- what the receivers saw ----------------------------------------------------------------

  long exchanges() {
    return exchanges;
  }

  /** An exchange starts: whether it may. Returns what is to run once it was answered. */
  Runnable exchange(long message, long endpoint) {
    exchanges++;
    MessageRow stored = tables.message(message);
    if (stored == null) {
      throw new Violation("message " + message + " is sent but is not on disk");
    }
    if (stored.expunged()) {
      throw new Violation("message " + message + " is sent after its payload was removed");
    }
    cancellations.requireNotCancelled(message, endpoint);
    LiveRow row = liveRow(message, endpoint);
    requireRightful(stored, endpoint, row);
    requireNotHeld(endpoint);
    if (isDone(message, endpoint) && (row == null || !row.kind().isReplay())) {
      throw new Violation(
          "P3: message "
              + message
              + " is sent again to "
              + endpoint
              + " after a stored success; on disk: "
              + row
              + ", "
              + history(message));
    }
    if (row != null) {
      requireMore(row);
    }
    Object exchange = new Object();
    Set<Object> present = underWay.computeIfAbsent(endpoint, e -> new HashSet<>());
    present.add(exchange);
    if (isOrdered(endpoint)) {
      if (present.size() > 1) {
        throw new Violation("order: two exchanges with ordered endpoint " + endpoint);
      }
      if (row != null) {
        order.requireFirst(row);
      }
    }
    open.add(message, endpoint);
    return () -> present.remove(exchange);
  }

  /** A delivery that a recovery begins again has one attempt, also after a crash. */
  private void requireMore(LiveRow row) {
    if (row.attempts() == 0) {
      begun.put(row.id(), row.kind());
    } else if (begun.getOrDefault(row.id(), row.kind()) == AttemptKind.RECOVERY) {
      throw new Violation("recovery: another attempt of " + row);
    }
  }

  private void requireRightful(MessageRow message, long endpoint, @Nullable LiveRow row) {
    EndpointRow target = tables.everEndpoint(endpoint);
    if (target == null || target.application() != message.application()) {
      throw new Violation("message " + message.id() + " is sent to somebody else's " + target);
    }
    boolean replayed = row == null || row.kind().isReplay();
    if (!replayed && clock.earliestMillis() > tables.expires(message)) {
      throw new Violation(
          "message "
              + message.id()
              + " is sent after it expired at "
              + tables.expires(message)
              + " at "
              + clock
              + "; "
              + row);
    }
    if (!replayed && message.deliverAt() > clock.latestMillis()) {
      throw new Violation("message " + message.id() + " is sent before its time");
    }
    requireTrueTime();
  }

  /** Ids tell time: what a clock that was wrong for a short while said is in none. */
  private void requireTrueTime() {
    long ahead = Ids.timeOf(tables.idFloor) - clock.latestMillis();
    if (ahead > TOLD_LATE_MILLIS) {
      throw new Violation("clock: ids are " + ahead + " ms ahead of all that was ever believed");
    }
  }

  /** An endpoint that asked to be left alone is, also after a crash. */
  private void requireNotHeld(long endpoint) {
    LaneStateRow state = tables.laneState(endpoint);
    if (state != null && !clock.hasJumped() && clock.millis() < state.heldUntil()) {
      throw new Violation("hold: an exchange with " + state + " at " + clock.millis());
    }
  }

  /** An exchange starts with an endpoint that nothing is wrong with. */
  void requirePunctual(long message, long endpoint) {
    Long since = accepted.get(message);
    LiveRow row = liveRow(message, endpoint);
    if (since == null || row == null || row.kind().isReplay()) {
      return;
    }
    long late = Math.min(clock.nanoTime() - since, (clock.millis() - row.due()) * 1_000_000);
    if (late > LATEST_NANOS) {
      throw new Violation(
          "P4: " + row + " is " + late / 1_000_000 + " ms late at an endpoint that is well");
    }
  }

  private boolean isOrdered(long endpoint) {
    EndpointRow row = tables.everEndpoint(endpoint);
    return row != null && row.policy().ordered();
  }

  /**
   * Returns the delivery of a message to an endpoint that waits, or null. There are several only
   * while what was cancelled has not ended: a replay begins after that, and has a later id.
   */
  private @Nullable LiveRow liveRow(long message, long endpoint) {
    LiveRow last = null;
    for (LiveRow row : tables.live(message)) {
      if (row.endpoint() == endpoint && (last == null || row.id() > last.id())) {
        last = row;
      }
    }
    return last;
  }

  private boolean isDone(long message, long endpoint) {
    boolean done = false;
    for (AttemptRow row : tables.attemptsOf(message)) {
      if (row.endpoint() == endpoint) {
        // A replay that is cancelled may be on its way already.
        done |= row.state() == DeliveryState.SUCCEEDED;
        done &= row.state() != DeliveryState.CANCELLED;
      }
    }
    return done;
  }

  private String history(long message) {
    StringBuilder text = new StringBuilder();
    for (AttemptRow row : tables.attemptsOf(message)) {
      text.append(row.delivery() + " for " + row.endpoint() + " " + row.kind() + " ");
      text.append(row.state() + " " + row.status() + "; ");
    }
    return text.toString();
  }

  // ---- crashes -------------------------------------------------------------------------------

  /** The process was killed: what had no outcome on disk may be sent again, and no more. */
  void crashed(int rejections) {
    underWay.clear();
    callbacks.crashed();
    order.found(tables.liveMessages());
    int repeats = open.settle(endpoint -> true);
    if (repeats > mostRepeats + rejections) {
      throw new Violation(
          "P3: " + repeats + " exchanges without outcome at a crash, not " + mostRepeats);
    }
    lost += repeats;
  }

  /** Another node took partitions over: what had no outcome on disk may be sent again. */
  void takenOver(Set<Integer> partitions, int rejections) {
    int repeats = 0;
    for (int partition : partitions) {
      repeats += giveUp(partition);
      order.found(tables.in(partition).liveByMessage.keySet());
    }
    if (repeats > mostRepeats + rejections) {
      throw new Violation(
          "P3: " + repeats + " exchanges without outcome at a takeover, not " + mostRepeats);
    }
  }

  /** A node sends that was fenced off and cannot know it yet: nobody will hear of the outcome. */
  Runnable unheard() {
    exchanges++;
    lost++;
    return () -> {};
  }

  /** The last commits are lost, and all processes have to begin again. */
  void failedOver() {
    underWay.clear();
    callbacks.crashed();
    cancellations.forget();
    accepted.keySet().removeIf(message -> tables.message(message) == null);
    order.found(tables.liveMessages());
    open.forget();
    failedOverAt = clock.nanoTime();
    lost = exchanges - recorded();
  }

  /** A partition was released: what had no outcome on disk may be sent again, but no more. */
  void released(int partition, int most) {
    int repeats = giveUp(partition);
    if (repeats > most) {
      throw new Violation("partition: released before " + repeats + " outcomes are on disk");
    }
  }

  /** Gives up the exchanges of a partition; returns how many had no outcome on disk. */
  private int giveUp(int partition) {
    LongPredicate isThere = endpoint -> partitionOf(endpoint) == partition;
    underWay.keySet().removeIf(isThere::test);
    callbacks.released(partition);
    int repeats = open.settle(isThere);
    lost += repeats;
    return repeats;
  }

  private int partitionOf(long endpoint) {
    EndpointRow row = tables.everEndpoint(endpoint);
    return row == null ? -1 : SimTables.partitionOf(row.application());
  }

  // ---- the end -------------------------------------------------------------------------------

  boolean nothingWaits() {
    return tables.waiting() == 0;
  }

  String waiting() {
    List<LiveRow> rows = tables.live().toList();
    return rows.subList(0, Math.min(rows.size(), 5)) + " of " + rows.size();
  }

  /** All time is over: every delivery must have ended, for a reason. */
  void checkEnd(EngineOptions options, int rejections, Surprises surprises, boolean calm) {
    requireTrueTime();
    callbacks.checkEnd();
    for (long message : accepted.keySet()) {
      boolean mayBeGone = endings.mayBeDeleted(owners.getOrDefault(message, 0L));
      if (!mayBeGone && tables.message(message) == null) {
        throw new Violation("P1: accepted message " + message + " is gone at " + clock);
      }
    }
    endings.check(options, calm);
    requireRecorded(rejections, surprises);
  }

  private long recorded() {
    return tables.removedExchanges()
        + tables.attempts().values().stream().filter(row -> row.kind() != AttemptKind.NONE).count();
  }

  /** Every exchange is in the history, but for those that crashes and failed commits explain. */
  private void requireRecorded(int rejections, Surprises surprises) {
    long recorded = recorded();
    long unknown = exchanges - recorded - lost;
    int phantoms = surprises.phantoms();
    if (unknown < -phantoms || unknown > rejections + surprises.forgotten() + phantoms) {
      throw new Violation(
          "P7: "
              + exchanges
              + " exchanges, "
              + recorded
              + " recorded, "
              + lost
              + " lost in crashes");
    }
  }
}
