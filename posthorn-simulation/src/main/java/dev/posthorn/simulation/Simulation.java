package dev.posthorn.simulation;

import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.EngineConfig;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.transport.HttpRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One run of an engine in a simulated world: random options, traffic, receivers, faults and
 * crashes, all from one seed; and the promises checked all along and at the end.
 */
public final class Simulation {
  /** Waiting for 30 hours on a shared store, with its looks for news, takes 4.4 million. */
  private static final long MOST_EVENTS = 8_000_000;

  private static final long QUIET_NANOS = 60_000_000_000L;
  private static final int SOUND = 2;

  /** By how much the payloads of some messages are larger than those of others. */
  static final int LARGE = 3_000;

  private static final long HOUR_NANOS = 3_600_000_000_000L;
  private static final long MILLI = 1_000_000;

  /** An engine that has nothing to do looks after its store once a minute. */
  private static final long NOTICED_NANOS = 130_000 * MILLI;

  private final long seed;
  private final Launcher launcher;
  private final Random random;
  private final SimClock clock;
  private final SimTables tables;
  private final SettingsChecker settings;
  private final EngineOptions options;
  private final DeliveryLedger ledger;
  private final Map<Long, SimReceiver> receivers = new HashMap<>();
  private final SimFaults faults;
  private final Surprises surprises;
  private final SimListeners listeners;
  private final Rebalances rebalances;
  private final CounterBalance balance;
  private final Elsewhere elsewhere;
  private final int loops;
  private final boolean calm;

  /**
   * One exchange of so many does not come about, since the engine's process is short of something.
   */
  private int shortages;

  private @Nullable Engine engine;
  private @Nullable SimScheduler scheduler;
  private @Nullable SimTransport transport;
  private @Nullable SimStore store;
  private int crashes;
  private long trace;

  /**
   * The report of a run.
   *
   * @param events steps of the simulation
   * @param exchanges with receivers
   * @param messages accepted
   * @param crashes of the engine
   * @param trace a hash of all exchanges and their times: the same for the same seed
   */
  public record Report(long events, long exchanges, int messages, int crashes, long trace) {}

  private Simulation(long seed, Launcher launcher) {
    this.seed = seed;
    this.launcher = launcher;
    this.random = new Random(seed);
    this.tables = new SimTables(seed % 2 == 0);
    this.clock = new SimClock(random);
    this.settings = new SettingsChecker(tables, clock);
    this.calm = random.nextInt(3) == 0;
    this.options = SimOptions.random(random, calm);
    this.loops = 1 + random.nextInt(calm ? 2 : 3);
    this.ledger =
        new DeliveryLedger(
            tables,
            clock,
            Math.max(loops, options.limits().maxInFlight()),
            partition -> engine().context().ownership().tenure(partition));
    this.shortages = random.nextInt(4) > 0 ? Integer.MAX_VALUE : 2 + random.nextInt(20);
    this.surprises = new Surprises(random, calm);
    this.listeners = new SimListeners(surprises);
    this.faults =
        new SimFaults(
            random, surprises, clock, () -> scheduler().inWorker(), () -> scheduler().close());
    this.rebalances = new Rebalances(this);
    this.balance = new CounterBalance(tables);
    this.elsewhere = new Elsewhere(balance, listeners);
    tables.settings.put("public_id_key", "1-2");
    tables.checkRoutes(settings::requireRoutes);
  }

  /**
   * Runs a simulation to its end.
   *
   * @throws Violation if a promise was broken or the run failed; the message begins with the seed
   *     and ends with the command that repeats the run
   */
  public static Report run(long seed, Launcher launcher) {
    Simulation simulation = new Simulation(seed, launcher);
    try {
      return simulation.run();
    } catch (RuntimeException | Error e) {
      throw new Violation(
          "seed " + seed + ": " + e.getMessage() + "\nRepeat this run: " + launcher.command(seed),
          e);
    }
  }

  private Report run() {
    start();
    Workload workload = new Workload(this);
    workload.start();
    while (!workload.isOver()) {
      step();
    }
    workload.heal();
    long until = clock.nanoTime() + 30 * HOUR_NANOS;
    while (!(workload.isHealed() && ledger.nothingWaits() && !tables.hasRunningTask())) {
      if (clock.nanoTime() > until) {
        throw new Violation(
            "P2: still waiting long after all is well: "
                + (tables.hasRunningTask() ? "a task" : ledger.waiting()));
      }
      step();
    }
    checkIdle();
    ledger.checkEnd(options, faults.rejections(), surprises, calm);
    Broadcasts.check(tables);
    tables.requireNoHandoffs();
    return new Report(
        clock.count(), ledger.exchanges(), ledger.acceptedMessages().size(), crashes, trace);
  }

  private void checkIdle() {
    long quiet = clock.nanoTime() + QUIET_NANOS; // a last page may still be read
    while (clock.nanoTime() < quiet) {
      step();
    }
    Engine last = engine();
    var stopped = last.stop(60_000);
    long until = clock.nanoTime() + HOUR_NANOS;
    while (!stopped.isDone() && clock.nanoTime() < until) {
      step();
    }
    balance.require(last.stats().counters());
    if (!stopped.getNow(false)) {
      throw new Violation("permits are in use, or acceptances open, though nothing waits");
    }
    settings.requireSame(last.settings());
    listeners.check(tables);
    launcher.checkIdle(last);
  }

  private void step() {
    boolean more = clock.step();
    if (faults.wasKilled()) {
      crash();
    } else if (!more) {
      throw new Violation("nothing will ever happen again");
    }
    long most = options.limits().bodyBytes() / 2 + loops * 2L * (LARGE + 100);
    if (Objects.requireNonNull(transport).underWay() > most) {
      throw new Violation("P5: more bytes of payloads are under way than there is room for");
    }
    if (clock.count() > MOST_EVENTS) {
      throw new Violation(
          "the engine spins: " + clock.count() + " events in " + clock.nanoTime() + " ns");
    }
  }

  /** Looks at what the engine does, from within it: there it deals with whatever is thrown. */
  void witness(Runnable look) {
    try {
      look.run();
    } catch (Violation seen) {
      throw clock.violated(seen);
    }
  }

  // ---- the world, for the workload -----------------------------------------------------------

  /**
   * Returns whether all goes well in this run but for some of the receivers. The others, see {@link
   * #isSound}, must not notice.
   */
  boolean isCalm() {
    return calm;
  }

  /** Returns whether nothing is ever wrong with an endpoint, so that it must never wait. */
  boolean isSound(long number) {
    return calm && number < SOUND;
  }

  Random random() {
    return random;
  }

  SimClock clock() {
    return clock;
  }

  SimFaults faults() {
    return faults;
  }

  Surprises surprises() {
    return surprises;
  }

  SimTables tables() {
    return tables;
  }

  DeliveryLedger ledger() {
    return ledger;
  }

  Elsewhere elsewhere() {
    return elsewhere;
  }

  Rebalances rebalances() {
    return rebalances;
  }

  /** Returns how many exchanges may never be recorded although nothing was lost. */
  int tolerance() {
    return faults.rejections() + surprises.forgotten();
  }

  /** Looks whether an engine that owns nothing has given everything back. */
  void checkNothingOwned() {
    launcher.checkNothingOwned(engine());
  }

  Engine engine() {
    return Objects.requireNonNull(engine);
  }

  private SimScheduler scheduler() {
    return Objects.requireNonNull(scheduler);
  }

  int crashes() {
    return crashes;
  }

  /** Ends all shortages of the engine's process. */
  void endShortages() {
    shortages = Integer.MAX_VALUE;
  }

  /** Returns the receiver of an endpoint. */
  SimReceiver receiver(long number) {
    return receivers.computeIfAbsent(number, n -> new SimReceiver(random));
  }

  List<SimReceiver> receivers() {
    return new ArrayList<>(receivers.values());
  }

  /** Kills the engine and starts another one on what is on the disk. */
  void crash() {
    crashes++;
    scheduler().close();
    Objects.requireNonNull(transport).close();
    ledger.crashed(tolerance());
    faults.restarted();
    start();
  }

  /** Takes the lease from the engine for a while. */
  void loseLease(long millis) {
    SimStore mine = Objects.requireNonNull(store);
    mine.leaseLost(true);
    clock.after(millis * MILLI, () -> mine.leaseLost(false));
  }

  /** Lets another engine take over once the lease of this one has ended. */
  void takeOver() {
    SimStore mine = Objects.requireNonNull(store);
    mine.leaseLost(true);
    clock.after(
        random.nextInt(3_000) * MILLI,
        () -> {
          if (mine == store) {
            succeed();
          }
        });
  }

  /** Starts another engine beside the one that runs, and fences that off. */
  private void succeed() {
    Engine fenced = engine();
    SimScheduler threads = scheduler();
    SimTransport network = Objects.requireNonNull(transport);
    tables.takeOver();
    crashes++;
    ledger.crashed(tolerance());
    faults.restarted();
    clock.after(
        NOTICED_NANOS,
        () -> {
          if (!fenced.condition().isFenced()) {
            throw clock.violated(new Violation("lease: an engine goes on though it is fenced"));
          }
          threads.close();
          network.close();
        });
    start();
  }

  private void start() {
    balance.begin();
    clock.engineStarts();
    SimScheduler threads = new SimScheduler(clock, random, loops);
    SimStore opened = new SimStore(tables, faults, rebalances.begin());
    SimTransport network = new SimTransport(clock, (host, request) -> reply(opened, host, request));
    if (calm) {
      threads.readQuickly();
    }
    scheduler = threads;
    transport = network;
    store = opened;
    EngineConfig config =
        new EngineConfig(
            options,
            new Keyring(Map.of(1, new byte[Keyring.KEY_BYTES])),
            Map.of(SimWireFormat.NAME, new SimWireFormat(surprises)),
            random);
    engine = launcher.start(config, new EngineRuntime(clock, threads, opened, network));
    listeners.begin(engine, tables.idFloor);
  }

  private SimReceiver.Reply reply(SimStore from, String host, HttpRequest request) {
    if (!from.lease().isHeld()) {
      throw new Violation("lease: an exchange starts without it");
    }
    surprises.maybeInRequest();
    long number = number(host);
    long message = engine().publicIds().parse(IdPrefix.MESSAGE, request.headers()[1]).orElseThrow();
    long endpoint = endpointOf(host);
    trace = trace * 31 + clock.nanoTime() + 7 * message + number;
    if (!isSound(number) && random.nextInt(shortages) == 0) {
      return SimReceiver.shortage(random.nextInt(request.limits().connectMillis()));
    }
    rebalances.requireOwned(from.ownership(), endpoint);
    Runnable answered = ledger.exchange(message, endpoint);
    if (isSound(number)) {
      ledger.requirePunctual(message, endpoint);
    }
    SimReceiver.Reply reply = receiver(number).reply(request.limits());
    clock.after(reply.millis() * 1_000_000, answered);
    return reply;
  }

  /** Returns the number in an endpoint's host. */
  long number(EndpointRow row) {
    return number(row.url().substring("http://".length()));
  }

  private static long number(String host) {
    return Long.parseLong(host.substring(1, host.indexOf('.')));
  }

  private long endpointOf(String host) {
    String url = "http://" + host + "/";
    return tables
        .everyEndpoint()
        .filter(row -> row.url().equals(url))
        .mapToLong(EndpointRow::id)
        .findFirst()
        .orElseThrow(
            () -> new Violation("an exchange with a host that no endpoint on disk has: " + host));
  }

  @Override
  public String toString() {
    return "simulation " + seed;
  }
}
