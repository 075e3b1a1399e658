package dev.posthorn.internal.engine.lane;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.DeliveryCallback;
import dev.posthorn.internal.engine.base.LeaseWatch;
import dev.posthorn.internal.engine.base.Tenure;
import dev.posthorn.internal.engine.journal.Mailbox;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The single owner of the lanes of its share of the shards. Everything here runs on one event loop,
 * so there is no lock.
 *
 * <p>It finds the lane of what is committed ({@link LaneTable}), gives lanes turns ({@link
 * TurnScheduler}), shares out {@link Permits}, and reads for them from the store ({@link
 * StoreReader}).
 */
public final class ShardLoop implements Mailbox {
  /** The longest wait for a wake-up. */
  static final long LONGEST_WAIT_MILLIS = 3_600_000;

  static final String TASK = "a task of a loop";
  private static final String NEWS = "the news of a commit";
  private static final long WATCH_NANOS = 5_000_000_000L;

  private final Loop loop;
  private final LaneContext context;
  private final Parts parts;
  private final Permits permits;
  private final AttemptSender sender;
  private final LaneTable lanes;
  private final TurnScheduler turns;
  private final StoreReader reader;
  private final LoopClock clock;
  private final LeaseWatch lease;
  private final Map<Long, Watch> watches = new HashMap<>();

  /** The tenures of the partitions whose lanes are here, by partition. */
  private final @Nullable Tenure[] tenures;

  /** The partitions whose parked rows are all known. */
  private final BitSet scanned = new BitSet();

  private int ending;
  private boolean stopping;

  /** The callback of a message's deliveries, and their partition. */
  private record Watch(DeliveryCallback callback, int partition) {}

  /**
   * A committed delivery.
   *
   * @param callback follows it, or null
   * @param turnedAway whether it was parked because its gate was shut
   * @param tenure the tenure in which it was accepted
   */
  public record Arrival(
      Delivery delivery, @Nullable DeliveryCallback callback, boolean turnedAway, Tenure tenure) {}

  public ShardLoop(Loop loop, LaneContext context, Parts parts, int loops) {
    this.loop = loop;
    this.context = context;
    this.parts = parts;
    Store store = context.runtime().store();
    this.tenures = new Tenure[store.partitions()];
    this.permits = parts.permits(context.options().limits(), loops);
    this.sender = new AttemptSender(this, context);
    this.lanes = new LaneTable(context.options().limits().hotRows() / loops, this::ready);
    this.turns = new TurnScheduler(this, context.guard(), permits);
    this.reader =
        new StoreReader(this::execute, this::nanos, store, context.workers(), context.guard());
    this.lease = new LeaseWatch(store.lease(), context.guard().condition(), new AllLanes());
    this.clock = new LoopClock(context.clock(), context.journal().time(), context.journal().wall());
  }

  LaneContext context() {
    return context;
  }

  public Loop loop() {
    return loop;
  }

  public Permits permits() {
    return permits;
  }

  public AttemptSender sender() {
    return sender;
  }

  LeaseWatch lease() {
    return lease;
  }

  StoreReader reader() {
    return reader;
  }

  public boolean stopping() {
    return stopping;
  }

  public long nanos() {
    return clock.nanos();
  }

  /** Returns the time that due times are measured in. */
  public long millis() {
    return clock.millis();
  }

  /**
   * Returns how far the true time may be ahead: more than 0 while the machine's clock is in doubt.
   * All lanes get a turn once the doubt is over, however short it was.
   */
  long doubtMillis() {
    return clock.doubtMillis();
  }

  /** Runs a task on the loop. Nothing that it throws gets any further. */
  public void execute(Runnable task) {
    loop.execute(() -> context.guard().run(TASK, task));
  }

  /** Runs a task on the loop after a time. Nothing that it throws gets any further. */
  public Loop.Timer schedule(long nanos, Runnable task) {
    return loop.schedule(nanos, () -> context.guard().run(TASK, task));
  }

  @Override
  public void deliver(Supplier<List<Runnable>> tasks) {
    execute(() -> runAll(tasks.get()));
  }

  /** Runs the tasks of a commit, on the loop. */
  private void runAll(List<Runnable> tasks) {
    for (int i = 0; i < tasks.size(); i++) {
      context.guard().run(NEWS, tasks.get(i));
    }
    turns.turns();
  }

  /** The lanes, while they have no lease. */
  private final class AllLanes implements LeaseWatch.Lanes {
    @Override
    public void later(long nanos, Runnable task) {
      var unused = schedule(nanos, task);
    }

    @Override
    public void wakeUp() {
      readyAll();
    }

    @Override
    public void stillWithout() {
      context.journal().wake(); // upkeep tells whether another process has taken over
    }
  }

  // ---- lanes ---------------------------------------------------------------------------------

  /**
   * Passes the lane of an endpoint to a task; the lane is made if there is none.
   *
   * @return false if this node does not own the partition: the task does not run
   */
  public boolean withLane(RegisteredEndpoint endpoint, Consumer<Lane> task) {
    Tenure tenure = tenures[endpoint.partition];
    if (tenure == null || !tenure.maySend()) {
      return false;
    }
    task.accept(lane(endpoint, tenure));
    return true;
  }

  private Lane lane(RegisteredEndpoint endpoint, Tenure tenure) {
    Lane lane = lanes.get(endpoint.id);
    if (lane == null) {
      // Until the partition has been scanned, any endpoint may have parked rows.
      lane = new Lane(endpoint, this, parts.queue(scanned.get(endpoint.partition)), tenure);
      lanes.add(lane);
    }
    return lane;
  }

  public @Nullable Lane laneOrNull(long endpoint) {
    return lanes.get(endpoint);
  }

  /** Takes in a committed delivery. */
  public void arrived(RegisteredEndpoint target, Arrival arrival) {
    Delivery delivery = arrival.delivery;
    if (!isPresent(arrival.tenure)) {
      dropped(delivery);
      return;
    }
    if (arrival.callback != null) {
      watches.put(delivery.row.id(), new Watch(arrival.callback, target.partition));
    }
    Lane lane = lane(target, arrival.tenure);
    if (delivery.row.place() == LiveRow.QueueState.HOT) {
      lane.hotCommitted(delivery);
    } else {
      lane.parkedCommitted(delivery);
      if (arrival.turnedAway) {
        lane.parkedNotified(1);
      }
    }
    if (target.settings().deleted()) {
      lane.settingsChanged();
    }
  }

  /** Takes note that a delivery which its gate turned away was not stored. */
  public void notStored(RegisteredEndpoint target, Tenure tenure) {
    if (isPresent(tenure)) {
      lane(target, tenure).parkedNotified(1);
    }
  }

  /** Gives back what a delivery took whose partition was lost meanwhile. */
  private void dropped(Delivery delivery) {
    delivery.releasePayload();
    if (delivery.row.place() == LiveRow.QueueState.HOT) {
      context.hotBudget().giveBack();
    }
  }

  /** Reports an attempt that is on disk; see {@code EngineListener.attempted}. */
  public void attempted(
      RegisteredEndpoint endpoint, AttemptRow attempt, @Nullable MessageSpec message) {
    context.counters().attempted(attempt);
    context.events().attempted(endpoint.row(), attempt, message);
    if (attempt.state() != DeliveryState.WAITING && !watches.isEmpty()) {
      Watch watch = watches.remove(attempt.delivery());
      if (watch != null) {
        tell(watch.callback, attempt);
      }
    }
  }

  private void tell(DeliveryCallback callback, AttemptRow attempt) {
    try {
      callback.ended(attempt);
    } catch (Throwable e) {
      context.guard().report("a delivery callback", e);
    }
  }

  /** Takes note that a lane has nothing to do and nothing to remember. */
  void idle(Lane lane) {
    lanes.idle(lane);
  }

  /** Returns how many parked rows a lane may have in memory. */
  int parkedRoom(Lane lane) {
    return lanes.parkedRoom(lane);
  }

  /** Returns whether lanes must not keep their settings made while nothing of them is under way. */
  boolean isCrowded() {
    return lanes.isCrowded();
  }

  // ---- turns ---------------------------------------------------------------------------------

  /** Gives a lane a turn, after those that are ready already. */
  void ready(Lane lane) {
    if (!lane.isClosed()) {
      lanes.busy(lane);
      turns.ready(lane);
    }
  }

  /** Gives a lane a turn later, since something failed so many times in a row before. */
  void readyLater(Lane lane, int before) {
    turns.readyLater(lane, before);
  }

  void wakeAt(Lane lane, long nanos) {
    turns.wakeAt(lane, nanos);
  }

  /** Wakes a lane no more until {@link #wakeAt} is called. */
  void sleep(Lane lane) {
    turns.sleep(lane);
  }

  /** Checks now and then whether the wall clock, which due times follow, moved against timers. */
  private void watchClock() {
    var unused = schedule(WATCH_NANOS, this::watchClock);
    turns.turnIfReady();
    if (clock.hasStepped() || lease.isBack()) {
      readyAll();
    }
  }

  /** Gives each lane a turn. */
  void readyAll() {
    lanes.all().forEach(this::ready);
  }

  // ---- start and stop ------------------------------------------------------------------------

  /** Begins to give turns, unless it has: all of {@code hot} is in its lanes. */
  public void start() {
    if (turns.start()) {
      watchClock();
      turns.turns();
    }
  }

  /** Begins to take in lanes of a partition. */
  public void begin(Tenure tenure) {
    tenures[tenure.partition()] = tenure;
    scanned.clear(tenure.partition());
  }

  @SuppressWarnings("ReferenceEquality") // a tenure is itself
  private boolean isPresent(Tenure tenure) {
    return tenures[tenure.partition()] == tenure;
  }

  /** Takes note that all endpoints of a partition with parked rows are known. */
  public void scanned(Tenure tenure) {
    if (isPresent(tenure)) {
      scanned.set(tenure.partition());
    }
  }

  /** Returns the lanes of those of some tenures that have any, by tenure. */
  public Map<Tenure, List<Lane>> lanes(Set<Tenure> tenures) {
    return lanes.all().stream()
        .filter(lane -> tenures.contains(lane.tenure))
        .collect(
            Collectors.groupingBy(
                lane -> lane.tenure, LinkedHashMap::new, Collectors.toList())); // one order
  }

  /** Drops the lanes of some tenures. What is under way gives back its room when it ends. */
  public void drop(Set<Tenure> ended) {
    for (Tenure tenure : ended) {
      if (isPresent(tenure)) {
        tenures[tenure.partition()] = null;
        watches.values().removeIf(watch -> watch.partition == tenure.partition());
      }
    }
    for (List<Lane> some : lanes(ended).values()) {
      for (Lane lane : some) {
        lane.close();
        lanes.remove(lane);
        turns.sleep(lane);
      }
    }
  }

  /** Starts no further exchange. */
  public void stop() {
    stopping = true;
    reader.stop();
  }

  /** Returns what is in memory: for metrics. */
  public LaneGauges gauges() {
    long now = millis();
    LaneGauges sum = LaneGauges.of(permits);
    for (Lane lane : lanes.all()) {
      sum = sum.and(LaneGauges.of(lane, now));
    }
    return sum;
  }

  /** Counts deliveries that end without an exchange and are not on disk yet: more, or fewer. */
  void ending(int more) {
    ending += more;
  }

  /** Returns whether every outcome is on disk. */
  public boolean isQuiet() {
    return permits.inUse() == 0 && ending == 0;
  }
}
