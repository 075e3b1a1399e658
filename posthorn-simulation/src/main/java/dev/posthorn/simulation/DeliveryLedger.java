package dev.posthorn.simulation;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.Tenure;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.LaneStateRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.ParkedKey;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The promises made and the exchanges seen, compared with the disk: the promises P1 to P3 as
 * checks.
 */
final class DeliveryLedger {
  private static final long LONGEST_COMMIT_NANOS = 500_000_000;
  private static final long SETTLED_NANOS = 30_000_000_000L;
  private static final long TOLD_LATE_MILLIS = 1_000;
  private static final long LATEST_NANOS = 3_000_000_000L;

  private final SimTables tables;
  private final SimClock clock;
  private final Map<Long, Long> accepted = new LinkedHashMap<>();
  private final Map<Long, Long> owners = new HashMap<>();
  private final Set<Long> foundAtStart = new HashSet<>();
  private final CallbackChecker callbacks;
  private final CancellationChecker cancellations;
  private final EndingChecker endings;

  /** The exchanges that are under way, by endpoint. */
  private final Map<Long, Set<Object>> underWay = new HashMap<>();

  /** The kind of the first attempt of each delivery, by its id, of the last time it began. */
  private final Map<Long, AttemptKind> begun = new HashMap<>();

  private final OpenExchanges open;
  private final Map<Long, Seen> seen = new HashMap<>();
  private final int mostRepeats;
  private long exchanges;
  private long lost;

  /** An endpoint's row, and since when it is as it is. */
  private record Seen(EndpointRow row, long nanos) {}

  DeliveryLedger(
      SimTables tables, SimClock clock, int mostRepeats, IntFunction<@Nullable Tenure> tenures) {
    this.clock = clock;
    this.tables = tables;
    this.callbacks = new CallbackChecker(tables, tenures);
    this.cancellations = new CancellationChecker(tables);
    this.endings = new EndingChecker(tables, clock);
    this.open = new OpenExchanges(tables);
    this.mostRepeats = mostRepeats;
  }

  // ---- what the workload did -----------------------------------------------------------------

  void accepted(long message, boolean duplicate) {
    MessageRow stored = tables.message(message);
    if (stored == null) {
      throw new Violation("P1: message " + message + " was accepted but is not on disk");
    }
    if (!duplicate) {
      tables.eachEndpoint().forEach(endpoint -> requireTargeted(stored, endpoint));
    }
    accepted.putIfAbsent(message, clock.nanoTime());
    owners.put(message, stored.application());
  }

  CallbackChecker callbacks() {
    return callbacks;
  }

  CancellationChecker cancellations() {
    return cancellations;
  }

  EndingChecker endings() {
    return endings;
  }

  /** An endpoint that has been as it is for long, and wants a message, must be a target of it. */
  private void requireTargeted(MessageRow message, EndpointRow endpoint) {
    Seen before = seen.get(endpoint.id());
    if (before == null || !before.row.equals(endpoint)) {
      before = new Seen(endpoint, clock.nanoTime());
      seen.put(endpoint.id(), before);
    }
    boolean wanted =
        endpoint.state().accepts()
            && endpoint.application() == message.application()
            && (endpoint.spec().eventTypes().isEmpty()
                || endpoint.spec().eventTypes().contains(message.type()));
    if (wanted
        && clock.nanoTime() - before.nanos > SETTLED_NANOS
        && Arrays.stream(message.targets()).noneMatch(target -> target == endpoint.id())) {
      throw new Violation("P2: message " + message.id() + " is not for " + endpoint.id());
    }
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
        requireFirst(row);
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

  private void requireFirst(LiveRow row) {
    ParkedKey key = row.parkedKey();
    for (LiveRow parked : tables.parked(row.endpoint())) {
      if (parked.parkedKey().compareTo(key) >= 0) {
        break;
      }
      requireUnknown(parked, row);
    }
    tables
        .eachHot()
        .filter(hot -> hot.endpoint() == row.endpoint() && hot.parkedKey().compareTo(key) < 0)
        .forEach(hot -> requireUnknown(hot, row));
  }

  /** A row may be on disk while the engine has no answer to its commit yet. */
  private void requireUnknown(LiveRow first, LiveRow sent) {
    if (first.kind().isReplay()) {
      return; // when the engine knew of it is not known here
    }
    Long since = accepted.get(first.message());
    boolean known =
        since != null
            && clock.nanoTime() - since > LONGEST_COMMIT_NANOS
            // The engine may have begun a later one before it learned of this one.
            && !tables.wasHandedOff(first.message());
    if (known || foundAtStart.contains(first.message())) {
      throw outOfOrder(sent, first);
    }
  }

  private static Violation outOfOrder(LiveRow row, LiveRow first) {
    return new Violation("order: " + row + " is sent before " + first);
  }

  // ---- crashes -------------------------------------------------------------------------------

  /** The process was killed: what had no outcome on disk may be sent again, and no more. */
  void crashed(int rejections) {
    underWay.clear();
    callbacks.crashed();
    foundAtStart.addAll(tables.liveMessages());
    int repeats = open.settle(endpoint -> true);
    if (repeats > mostRepeats + rejections) {
      throw new Violation(
          "P3: " + repeats + " exchanges without outcome at a crash, not " + mostRepeats);
    }
    lost += repeats;
  }

  /** All partitions of the engine were lost: that is as a crash for all that it had under way. */
  void lost(int rejections) {
    crashed(rejections);
  }

  /** A partition was released: what had no outcome on disk may be sent again, but no more. */
  void released(int partition, int most) {
    LongPredicate isThere = endpoint -> partitionOf(endpoint) == partition;
    underWay.keySet().removeIf(isThere::test);
    callbacks.released(partition);
    int repeats = open.settle(isThere);
    if (repeats > most) {
      throw new Violation("partition: released before " + repeats + " outcomes are on disk");
    }
    lost += repeats;
  }

  private int partitionOf(long endpoint) {
    EndpointRow row = tables.everEndpoint(endpoint);
    return row == null ? -1 : Rebalances.partitionOf(row.application());
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

  /** Every exchange is in the history, but for those that crashes and failed commits explain. */
  private void requireRecorded(int rejections, Surprises surprises) {
    long recorded =
        tables.attempts().values().stream().filter(row -> row.kind() != AttemptKind.NONE).count();
    recorded += tables.removedExchanges();
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
