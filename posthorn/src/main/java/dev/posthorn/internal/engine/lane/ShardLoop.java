package dev.posthorn.internal.engine.lane;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.DeliveryCallback;
import dev.posthorn.internal.engine.base.StoreBackoff;
import dev.posthorn.internal.engine.journal.Mailbox;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.store.AttemptRow;
import dev.posthorn.spi.store.LiveRow;
import dev.posthorn.spi.store.LoadedMessages;
import dev.posthorn.spi.store.ParkedKey;
import dev.posthorn.spi.store.StoreException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The single owner of the lanes of its share of the shards: gives them turns, wakes them, and
 * shares out permits. Everything here runs on one event loop, so there is no lock.
 *
 * <p>Ready lanes take turns of a few exchanges each, as far as {@link Permits} lets them.
 */
public class ShardLoop implements Mailbox {
  /** No wake-up is set further ahead than this. */
  static final long LONGEST_WAIT_MILLIS = 3_600_000;

  private static final Logger LOG = LoggerFactory.getLogger(ShardLoop.class);
  private static final String TASK = "a task of a loop";
  private static final String NEWS = "the news of a commit";
  private static final int QUANTUM = 8;
  private static final int TURNS = 64;

  /** After so long whatever else has come has its turn, responses above all. */
  private static final long TURNS_NANOS = 1_000_000;

  private static final int MOST_READS = 4;
  private static final int MOST_IDLE = 10_000;
  private static final int PARKED_ROOM = 512;
  private static final int LEAST_PARKED_ROOM = 2;
  private static final int SLOW_PARKED_ROOM = 8;

  /** One lane with its settings made takes about as much memory as so many rows. */
  private static final int ROWS_OF_SETTINGS = 5;

  private static final long LONGEST_PAUSE_NANOS = 5_000_000_000L;
  private static final long DRIFT_MILLIS = 5_000;
  private static final long WATCH_NANOS = 5_000_000_000L;

  private final Loop loop;
  private final Core core;
  private final Parts parts;
  private final Permits permits;
  private final AttemptSender exchanger;

  /** How many parked rows are to be in memory, of all lanes. */
  private final int parkedRows;

  private final Map<Long, Lane> lanes = new HashMap<>();
  private final LinkedHashMap<Long, Lane> idle = new LinkedHashMap<>();
  private final WakeupQueue<Lane> agenda = new WakeupQueue<>();
  private final ReadyQueue<Lane> ready = new ReadyQueue<>();

  /** Reads of pages, and of payloads; they take turns: a lane with a permit waits for no crowd. */
  private final ArrayDeque<Read<?>> pageReads = new ArrayDeque<>();

  private final ArrayDeque<Read<?>> payloadReads = new ArrayDeque<>();
  private boolean pageNext;
  private final Map<Long, DeliveryCallback> watches = new HashMap<>();
  private int reading;
  private int ending;
  private final Runnable turns = this::turns;
  private final Runnable nextTurns = this::nextTurns;
  private boolean turnComes;
  private boolean turning;
  private boolean started;
  private boolean stopping;
  private boolean scanned;
  private Loop.@Nullable Timer timer;
  private long timerAt;
  private long wallOffset;
  private boolean doubting;

  /** With so many lanes that have work each is to look whether it has too many rows in memory. */
  private int crowd;

  public ShardLoop(Loop loop, Core core, Parts parts, int loops) {
    this.loop = loop;
    this.core = core;
    this.parts = parts;
    this.permits = parts.permits(core.options().limits(), loops);
    this.exchanger = new AttemptSender(this, core);
    this.parkedRows = core.options().limits().hotRows() / loops;
    this.crowd = firstCrowd();
    this.wallOffset = wallOffset();
  }

  final Core core() {
    return core;
  }

  public final Loop loop() {
    return loop;
  }

  final WakeupQueue<Lane> agenda() {
    return agenda;
  }

  public final Permits permits() {
    return permits;
  }

  public final AttemptSender exchanger() {
    return exchanger;
  }

  public final boolean stopping() {
    return stopping;
  }

  public final long nanos() {
    return core.clock().nanoTime();
  }

  /** Returns the time that due times are measured in. */
  public final long millis() {
    return core.journal().time().millis();
  }

  /**
   * Returns how far ahead it may be in truth: more than 0 while the machine's clock is in doubt.
   * Whoever waits for that is given a turn once it is not, however short it was.
   */
  final long doubtMillis() {
    long doubt = core.journal().wall().doubtMillis();
    doubting |= doubt > 0;
    return doubt;
  }

  /** Runs a task on the loop. Nothing that it throws gets any further. */
  public final void execute(Runnable task) {
    loop.execute(() -> core.guard().run(TASK, task));
  }

  /** Runs a task on the loop after a time. Nothing that it throws gets any further. */
  public final Loop.Timer schedule(long nanos, Runnable task) {
    return loop.schedule(nanos, () -> core.guard().run(TASK, task));
  }

  @Override
  public final void deliver(Supplier<List<Runnable>> tasks) {
    execute(() -> runAll(tasks.get()));
  }

  /** Runs what a commit has to tell, on the loop. */
  private void runAll(List<Runnable> tasks) {
    for (int i = 0; i < tasks.size(); i++) {
      core.guard().run(NEWS, tasks.get(i));
    }
    turns();
  }

  // ---- lanes ---------------------------------------------------------------------------------

  /** Returns the lane of an endpoint, made if there is none. */
  public final Lane lane(RegisteredEndpoint endpoint) {
    Lane lane = lanes.get(endpoint.id);
    if (lane == null) {
      // Until the store has been scanned, any endpoint may have parked rows.
      lane = parts.lane(endpoint, this, parts.queue(scanned));
      lanes.put(endpoint.id, lane);
      makeRoom();
    }
    return lane;
  }

  public final @Nullable Lane laneOrNull(long endpoint) {
    return lanes.get(endpoint);
  }

  /** A delivery was committed. */
  public final void arrived(
      RegisteredEndpoint target,
      Delivery delivery,
      @Nullable DeliveryCallback watch,
      boolean turnedAway) {
    if (watch != null) {
      watches.put(delivery.row.id(), watch);
    }
    Lane lane = lane(target);
    if (delivery.row.place() == LiveRow.QueueState.HOT) {
      lane.hotCommitted(delivery);
    } else {
      lane.parkedCommitted(delivery);
      if (turnedAway) {
        lane.told(1);
      }
    }
    if (target.settings().deleted()) {
      lane.settingsChanged();
    }
  }

  /** An attempt of a delivery is on disk; see {@code EngineListener.attempted}. */
  public final void attempted(
      RegisteredEndpoint endpoint, AttemptRow attempt, @Nullable String type) {
    core.meter().attempted(attempt);
    core.events().attempted(endpoint.row(), attempt, type);
    if (attempt.state() != DeliveryState.WAITING && !watches.isEmpty()) {
      DeliveryCallback watch = watches.remove(attempt.delivery());
      if (watch != null) {
        tell(watch, attempt);
      }
    }
  }

  private void tell(DeliveryCallback watch, AttemptRow attempt) {
    try {
      watch.ended(attempt);
    } catch (Throwable e) {
      core.guard().report("a watch over a message", e);
    }
  }

  /** A lane has nothing to do and nothing to remember; the oldest of too many such lanes go. */
  final void idle(Lane lane) {
    if (!lane.idle) {
      lane.idle = true;
      idle.put(lane.endpoint.id, lane);
    }
    if (idle.size() > MOST_IDLE) {
      Lane oldest = idle.pollFirstEntry().getValue();
      oldest.idle = false;
      if (oldest.isForgettable()) {
        lanes.remove(oldest.endpoint.id, oldest);
      }
    }
    if (working() < crowd / 4 && crowd > firstCrowd()) {
      crowd /= 2;
    }
  }

  /** Returns how many lanes have work. */
  private int working() {
    return lanes.size() - idle.size();
  }

  private int firstCrowd() {
    return Math.max(16, parkedRows / PARKED_ROOM);
  }

  /**
   * Returns how many parked rows a lane may have in memory: its part of a number for all, so that
   * memory does not depend on how many lanes have work, but at least what it takes to go on.
   */
  final int parkedRoom(Lane lane) {
    int part = Math.clamp(parkedRows / Math.max(1, working()), LEAST_PARKED_ROOM, PARKED_ROOM);
    return lane.isSlow() ? Math.min(part, SLOW_PARKED_ROOM) : part;
  }

  /** Returns whether lanes must not keep their settings made while nothing of them is under way. */
  final boolean isCrowded() {
    return working() > parkedRows / ROWS_OF_SETTINGS;
  }

  /** Once there are twice as many lanes, those that have more rows than their part give some up. */
  private void makeRoom() {
    if (working() < crowd) {
      return;
    }
    crowd *= 2;
    for (Lane lane : lanes.values()) {
      if (lane.queue.parkedSize() > parkedRoom(lane)) {
        ready(lane);
      }
    }
  }

  // ---- turns ---------------------------------------------------------------------------------

  /** Gives a lane a turn, after those that are ready already. */
  final void ready(Lane lane) {
    if (lane.idle) {
      lane.idle = false;
      idle.remove(lane.endpoint.id);
      makeRoom();
    }
    if (!lane.ready) {
      lane.ready = true;
      ready.add(lane, lane.doesWell());
    }
    if (!turning) {
      turnSoon();
    }
  }

  private void turnSoon() {
    if (!turnComes) {
      loop.execute(nextTurns);
      turnComes = true; // not before: it would be waited for for ever
    }
  }

  private void turnAfterIo() {
    if (!turnComes) {
      loop.executeAfterIo(nextTurns);
      turnComes = true;
    }
  }

  private void nextTurns() {
    turnComes = false;
    core.guard().run(TASK, turns);
  }

  /** Gives a lane a turn later, since something failed so many times in a row before. */
  final void readyLater(Lane lane, int before) {
    var unused = schedule(StoreBackoff.nanos(before, LONGEST_PAUSE_NANOS), () -> ready(lane));
  }

  private void turns() {
    if (!started) {
      return;
    }
    turning = true;
    long began = nanos();
    try {
      permits.grant();
      for (int i = 0; i < TURNS; i++) {
        Lane lane = ready.poll();
        if (lane == null) {
          break;
        }
        turn(lane);
        permits.grant(); // after the last one too: what it did not use is for those in line
        if (nanos() - began >= TURNS_NANOS) {
          break;
        }
      }
    } finally {
      turning = false;
      if (!ready.isEmpty()) {
        turnAfterIo();
      }
      setTimer();
    }
  }

  private void turn(Lane lane) {
    lane.ready = false;
    boolean more = false;
    try {
      more = lane.turn(QUANTUM);
      lane.failures = 0;
    } catch (Throwable e) {
      core.guard().doubt("a turn of a lane", e);
      readyLater(lane, lane.failures++);
    } finally {
      permits.turned(lane.share);
    }
    if (more) {
      ready(lane);
    }
  }

  final void wakeAt(Lane lane, long nanos) {
    agenda.put(lane, nanos);
  }

  private void setTimer() {
    long wait = agenda.waitNanos(nanos());
    if (wait == Long.MAX_VALUE) {
      return;
    }
    long at = nanos() + Math.max(0, wait);
    if (timer != null) {
      if (timerAt - at <= 0) {
        return;
      }
      timer.cancel();
      timer = null;
    }
    timerAt = at;
    timer = schedule(Math.max(0, wait), this::wake);
  }

  private void wake() {
    timer = null;
    long now = nanos();
    for (Lane lane; (lane = agenda.poll(now)) != null; ) {
      ready(lane);
    }
    turns();
  }

  /** Looks whether wall time has moved against monotonic time: timers only know the latter. */
  private void watchClock() {
    var unused = schedule(WATCH_NANOS, this::watchClock);
    if (!ready.isEmpty()) {
      turnSoon(); // should it not come, as after a failure in the midst of asking for it
    }
    long offset = wallOffset();
    boolean moved = Math.abs(offset - wallOffset) > DRIFT_MILLIS;
    boolean doubted = doubting;
    boolean doubtful = doubtMillis() > 0;
    if (moved) {
      LOG.warn("Wall clock moved by {} ms against the monotonic one", offset - wallOffset);
      wallOffset = offset;
    }
    if (moved || doubtful != doubted) {
      doubting = doubtful;
      lanes.values().forEach(this::ready); // due times are wall time: every lane looks again
    }
  }

  private long wallOffset() {
    return core.journal().wall().offset();
  }

  // ---- reads ---------------------------------------------------------------------------------

  final void readPage(Lane lane, int limit) {
    ParkedKey after = lane.queue.startReading();
    read(
        pageReads,
        new Read<>(
            () -> core.runtime().store().parked(lane.endpoint.id, after, limit),
            rows -> lane.reads.pageRead(rows, limit),
            lane.reads::pageNotRead));
  }

  /** Reads a page of all parked rows, those in memory too. */
  final void readToSweep(Lane lane, ParkedKey after, int limit) {
    read(
        pageReads,
        new Read<>(
            () -> core.runtime().store().parked(lane.endpoint.id, after, limit),
            lane.sweep()::pageRead,
            lane.sweep()::pageNotRead));
  }

  /** Reads messages as far as their bodies fit; one of the tasks is run on this loop. */
  final void readMessages(
      long[] ids, long maxBytes, Consumer<LoadedMessages> done, Runnable failed) {
    read(
        payloadReads,
        new Read<>(() -> core.runtime().store().messages(ids, maxBytes), done, failed));
  }

  /**
   * A read from the store.
   *
   * @param read makes it, on a worker
   * @param done has what was read, on the loop
   * @param failed is called on the loop if either of them throws
   */
  private record Read<T>(Supplier<T> read, Consumer<T> done, Runnable failed) {}

  private void read(ArrayDeque<Read<?>> line, Read<?> read) {
    line.addLast(read);
    readNext();
  }

  private void readNext() {
    while (reading < MOST_READS) {
      pageNext = !pageNext;
      Read<?> next = (pageNext ? pageReads : payloadReads).pollFirst();
      if (next == null) {
        next = (pageNext ? payloadReads : pageReads).pollFirst();
      }
      if (next == null) {
        return;
      }
      begin(next);
    }
  }

  private <T> void begin(Read<T> read) {
    reading++;
    try {
      core.workers().execute(() -> readNow(read));
    } catch (Throwable e) { // no thread for it
      notRead(e);
      execute(() -> readDone(read.failed));
    }
  }

  private <T> void readNow(Read<T> read) {
    Runnable effect = read.failed;
    try {
      T found = read.read.get();
      effect = () -> take(read, found);
    } catch (Throwable e) {
      notRead(e);
    } finally {
      Runnable known = effect;
      execute(() -> readDone(known));
    }
  }

  private <T> void take(Read<T> read, T found) {
    try {
      read.done.accept(found);
    } catch (Throwable e) {
      core.guard().doubt("what was read from the store", e);
      read.failed.run();
    }
  }

  private void notRead(Throwable e) {
    if (e instanceof StoreException) {
      LOG.warn("Failed to read from the store, tried again later: {}", e.getMessage());
    } else {
      core.guard().report("a read from the store", e);
    }
  }

  private void readDone(Runnable effect) {
    reading--;
    readNext();
    effect.run();
  }

  // ---- start and stop ------------------------------------------------------------------------

  /** Begins to give turns: all of {@code hot} is in its lanes. */
  public final void start() {
    started = true;
    watchClock();
    turns();
  }

  /** All endpoints with parked rows are known. */
  public final void scanned() {
    scanned = true;
  }

  /** Starts no further exchange. */
  public final void stop() {
    stopping = true;
  }

  /** Returns what is in memory: for metrics. */
  public final LaneGauges census() {
    long now = millis();
    LaneGauges sum = LaneGauges.of(permits);
    for (Lane lane : lanes.values()) {
      sum = sum.and(LaneGauges.of(lane, now));
    }
    return sum;
  }

  /** So many more, or fewer, deliveries end without an exchange and are not on disk yet. */
  final void ending(int more) {
    ending += more;
  }

  /** Returns whether every outcome is on disk. */
  public final boolean isQuiet() {
    return permits.inUse() == 0 && ending == 0;
  }
}
