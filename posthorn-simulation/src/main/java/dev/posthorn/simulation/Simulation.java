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
import java.util.Random;

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

  private final long seed;
  private final int nodes;
  private final Launcher launcher;
  private final Random random;
  private final SimClock clock;
  private final SimTables tables;
  private final SettingsChecker settings;
  private final EngineOptions options;
  private final DeliveryLedger ledger;
  private final Map<Long, SimReceiver> receivers = new HashMap<>();
  private final Surprises surprises;
  private final PollingChecker polling;
  private final Processes processes;
  private final int loops;
  private final boolean calm;

  private final RunLength length;

  /**
   * One exchange of so many does not come about, since the engine's process is short of something.
   */
  private int shortages;

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

  private Simulation(long seed, int nodes, Launcher launcher) {
    this.seed = seed;
    this.nodes = nodes;
    this.launcher = launcher;
    this.random = new Random(seed);
    this.tables = new SimTables(nodes > 1 || seed % 2 == 0);
    this.clock = new SimClock(random);
    this.settings = new SettingsChecker(tables, clock);
    this.calm = random.nextInt(3) == 0 && nodes == 1;
    this.length = nodes > 1 ? RunLength.ofNodes(random) : RunLength.FULL;
    this.options = SimOptions.random(random, calm, nodes > 1, length);
    this.loops = 1 + random.nextInt(calm ? 2 : 3);
    this.ledger =
        new DeliveryLedger(tables, clock, Math.max(loops, options.limits().maxInFlight()));
    this.shortages = random.nextInt(4) > 0 ? Integer.MAX_VALUE : 2 + random.nextInt(20);
    this.surprises = new Surprises(random, calm);
    tables.settings.put("public_id_key", "1-2");
    IdChecker ids = new IdChecker(tables, clock);
    tables.check(settings::requireRoutes);
    tables.check(ids::requireGrowing);
    this.polling = new PollingChecker(this, seed);
    tables.check(polling::requireAhead);
    this.processes = nodes == 1 ? new SoleProcess(this) : new Cluster(this, nodes);
  }

  /**
   * Runs a simulation of one process to its end.
   *
   * @throws Violation if a promise was broken or the run failed; the message begins with the seed
   *     and ends with the command that repeats the run
   */
  public static Report run(long seed, Launcher launcher) {
    return run(seed, 1, launcher);
  }

  /**
   * Runs a simulation of some nodes on one database to its end.
   *
   * @throws Violation if a promise was broken or the run failed; the message begins with the seed
   *     and ends with the command that repeats the run
   */
  public static Report run(long seed, int nodes, Launcher launcher) {
    Simulation simulation = new Simulation(seed, nodes, launcher);
    try {
      return simulation.run();
    } catch (RuntimeException | Error e) {
      throw new Violation(
          "seed "
              + seed
              + ": "
              + e.getMessage()
              + "\nRepeat this run: "
              + launcher.command(seed, nodes),
          e);
    }
  }

  private Report run() {
    processes.start();
    Workload workload = new Workload(this);
    workload.start();
    while (!workload.isOver()) {
      step();
    }
    workload.heal();
    long until = clock.nanoTime() + (hasNodes() ? 3 * HOUR_NANOS : 30 * HOUR_NANOS);
    while (!(workload.isHealed() && ledger.nothingWaits() && !tables.hasRunningTask())) {
      if (clock.nanoTime() > until) {
        throw new Violation(
            "P2: still waiting long after all is well: "
                + (tables.hasRunningTask() ? "a task" : ledger.waiting()));
      }
      step();
    }
    checkIdle();
    ledger.checkEnd(options, processes.rejections(), surprises, calm);
    Broadcasts.check(tables, hasNodes());
    tables.requireNoHandoffs();
    return new Report(
        clock.count(),
        ledger.exchanges(),
        ledger.acceptedMessages().size(),
        processes.crashes(),
        trace);
  }

  private void checkIdle() {
    long quiet =
        clock.nanoTime()
            + (hasNodes() ? QUIET_NANOS / 10 : QUIET_NANOS); // a last page may still be read
    while (clock.nanoTime() < quiet) {
      step();
    }
    awaitPolled();
    processes.requireIdle();
  }

  private void awaitPolled() {
    long until = clock.nanoTime() + QUIET_NANOS;
    while (!polling.missing().isEmpty() && clock.nanoTime() < until) {
      step();
    }
    if (!polling.missing().isEmpty()) {
      throw new Violation("polling: not returned long after all is well: " + polling.missing());
    }
    polling.end();
  }

  void step() {
    boolean more = clock.step();
    if (!more) {
      throw new Violation("nothing will ever happen again");
    }
    processes.stepped();
    if (clock.count() > MOST_EVENTS) {
      throw new Violation(
          "the engine spins: " + clock.count() + " events in " + clock.nanoTime() + " ns");
    }
  }

  /** Checks that a process has no more payloads under way than it has room for. */
  void requireRoom(SimTransport transport) {
    long most = options.limits().bodyBytes() / 2 + loops * 2L * (LARGE + 100);
    if (transport.underWay() > most) {
      throw new Violation("P5: more bytes of payloads are under way than there is room for");
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

  Surprises surprises() {
    return surprises;
  }

  SimTables tables() {
    return tables;
  }

  DeliveryLedger ledger() {
    return ledger;
  }

  Processes processes() {
    return processes;
  }

  SettingsChecker settings() {
    return settings;
  }

  PollingChecker polling() {
    return polling;
  }

  Launcher launcher() {
    return launcher;
  }

  int loops() {
    return loops;
  }

  /** Returns how many exchanges may never be recorded although nothing was lost. */
  int tolerance() {
    return processes.rejections() + surprises.forgotten();
  }

  RunLength length() {
    return length;
  }

  /** Returns whether several nodes share the disk. */
  boolean hasNodes() {
    return nodes > 1;
  }

  /** Returns an engine that runs. */
  Engine engine() {
    return processes.engine();
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

  /** Starts an engine. */
  Engine start(EngineRuntime runtime) {
    EngineConfig config =
        new EngineConfig(
            options,
            new Keyring(Map.of(1, new byte[Keyring.KEY_BYTES])),
            Map.of(SimWireFormat.NAME, new SimWireFormat(surprises)),
            random);
    return launcher.start(config, runtime);
  }

  SimReceiver.Reply reply(SimStore from, String host, HttpRequest request) {
    if (!from.fence().isHeld()) {
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
    Runnable answered =
        processes.mayStore(from, endpoint) ? ledger.exchange(message, endpoint) : ledger.unheard();
    if (isSound(number)) {
      ledger.requirePunctual(message, endpoint);
    }
    SimReceiver.Reply reply = receiver(number).reply(request.limits());
    clock.after(reply.millis() * MILLI, answered);
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
