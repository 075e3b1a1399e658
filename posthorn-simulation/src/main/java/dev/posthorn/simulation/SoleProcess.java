package dev.posthorn.simulation;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.EngineRuntime;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The process that has the disk to itself, until it is killed or another one takes over. */
final class SoleProcess implements Processes {
  private static final long MILLI = 1_000_000;
  private static final long HOUR_NANOS = 3_600_000 * MILLI;
  private static final long YEAR_MILLIS = 365L * 24 * 3_600_000;

  /** An engine that has nothing to do looks after its store once a minute. */
  private static final long NOTICED_NANOS = 130_000 * MILLI;

  private final Simulation world;
  private final Random random;
  private final SimFaults faults;
  private final SimListeners listeners;
  private final CounterBalance balance;
  private @Nullable Engine engine;
  private @Nullable SimScheduler scheduler;
  private @Nullable SimTransport transport;
  private @Nullable SoleFence fence;
  private int crashes;

  SoleProcess(Simulation world) {
    this.world = world;
    this.random = world.random();
    this.listeners = new SimListeners(world.surprises());
    this.faults =
        new SimFaults(
            random,
            world.surprises(),
            world.clock(),
            () -> scheduler().inWorker(),
            () -> scheduler().close());
    this.balance = new CounterBalance(world.tables());
  }

  private SimScheduler scheduler() {
    return Objects.requireNonNull(scheduler);
  }

  /** Sets what another process may do between the preparation of a batch and its commit. */
  void meanwhile(Runnable action) {
    faults.meanwhile(action);
  }

  @Override
  public Engine engine() {
    return Objects.requireNonNull(engine);
  }

  @Override
  public boolean isUpToDate(Engine one) {
    return true;
  }

  @Override
  public int crashes() {
    return crashes;
  }

  @Override
  public void start() {
    balance.begin();
    world.clock().engineStarts();
    SimScheduler threads = new SimScheduler(world.clock(), random, world.loops());
    SoleFence right = new SoleFence(world.tables());
    SimStore store = new SimStore(world.tables(), faults, SimOwnership.all(), right);
    SimTransport network =
        new SimTransport(world.clock(), (host, request) -> world.reply(store, host, request));
    if (world.isCalm()) {
      threads.readQuickly();
    }
    scheduler = threads;
    transport = network;
    fence = right;
    engine = world.start(new EngineRuntime(world.clock(), threads, store, network));
    listeners.begin(engine(), world.tables().idFloor);
  }

  @Override
  public void crash() {
    crashes++;
    scheduler().close();
    Objects.requireNonNull(transport).close();
    world.ledger().crashed(world.tolerance());
    faults.restarted();
    start();
  }

  @Override
  public void stepped() {
    if (faults.wasKilled()) {
      crash();
    }
    world.requireRoom(Objects.requireNonNull(transport));
  }

  // ---- what happens --------------------------------------------------------------------------

  @Override
  public void disturb(int kind) {
    switch (kind) {
      case 4, 8 -> perhaps(this::crash);
      case 6, 9 -> perhaps(faults::killInCommit);
      case 7, 10 -> loseLease(random.nextInt(20_000));
      default -> perhaps(this::takeOver);
    }
  }

  private void perhaps(Runnable disturbance) {
    if (random.nextBoolean()) {
      disturbance.run();
    }
  }

  @Override
  public void setClock() {
    long minute = 60_000;
    long[] sizes = {minute, 10 * minute, 48 * 60 * minute, 91L * 24 * 60 * minute, 3 * YEAR_MILLIS};
    long most = sizes[random.nextInt(sizes.length)];
    long millis = random.nextLong(-most, most);
    if (!world.clock().isSettled()) {
      return; // nobody could tell one jump from the other
    }
    if (random.nextInt(3) == 0) {
      world.clock().jump(millis);
    } else {
      world.clock().jumpBriefly(millis, (1L + random.nextInt(100)) * 1_000 * MILLI);
    }
  }

  @Override
  public void trouble(SimFaults.Trouble trouble) {
    faults.trouble(trouble);
  }

  @Override
  public boolean isUnsure() {
    return faults.isUnsure();
  }

  @Override
  public int rejections() {
    return faults.rejections();
  }

  @Override
  public void heal() {
    faults.trouble(SimFaults.Trouble.NONE);
  }

  /** Takes the lease from the engine for a while. */
  private void loseLease(long millis) {
    SoleFence mine = Objects.requireNonNull(fence);
    mine.leaseLost(true);
    world.clock().after(millis * MILLI, () -> mine.leaseLost(false));
  }

  /** Lets another engine take over once the lease of this one has ended. */
  private void takeOver() {
    SoleFence mine = Objects.requireNonNull(fence);
    mine.leaseLost(true);
    world
        .clock()
        .after(
            random.nextInt(3_000) * MILLI,
            () -> {
              if (mine == fence) {
                succeed();
              }
            });
  }

  /** Starts another engine beside the one that runs, and fences that off. */
  private void succeed() {
    Engine fenced = engine();
    SimScheduler threads = scheduler();
    SimTransport network = Objects.requireNonNull(transport);
    world.tables().takeOver();
    crashes++;
    world.ledger().crashed(world.tolerance());
    faults.restarted();
    world
        .clock()
        .after(
            NOTICED_NANOS,
            () -> {
              if (!fenced.condition().isFenced()) {
                throw world
                    .clock()
                    .violated(new Violation("lease: an engine goes on though it is fenced"));
              }
              threads.close();
              network.close();
            });
    start();
  }

  @Override
  public boolean mayStore(SimStore from, long endpoint) {
    return true;
  }

  // ---- the end -------------------------------------------------------------------------------

  @Override
  public void requireIdle() {
    Engine last = engine();
    var stopped = last.stop(60_000);
    long until = world.clock().nanoTime() + HOUR_NANOS;
    while (!stopped.isDone() && world.clock().nanoTime() < until) {
      world.step();
    }
    balance.require(last.stats().counters());
    if (!stopped.getNow(false)) {
      throw new Violation("permits are in use, or acceptances open, though nothing waits");
    }
    world.settings().requireSame(last.settings());
    listeners.check(world.tables());
    world.launcher().checkIdle(last);
  }
}
