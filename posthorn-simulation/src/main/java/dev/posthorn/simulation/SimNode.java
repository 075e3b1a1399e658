package dev.posthorn.simulation;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.EngineRuntime;
import java.util.Random;
import java.util.Set;

/** One process of several on one simulated database, from its start to its end. */
final class SimNode {
  private static final long MILLI = 1_000_000;

  /** The database ends a transaction of a process that stands still for so long. */
  private static final long IDLE_NANOS = 5_000 * MILLI;

  private final Simulation world;
  private final SimNodeClock machine;
  private final SimScheduler threads;
  private final SimFaults faults;
  private final SimOwnership ownership;
  private final SimMembership membership;
  private final SimTransport network;
  private final Engine engine;

  /** The time until which it may send without knowing that it was fenced off. */
  private long unawareUntil;

  SimNode(Simulation world, SimDatabase database, SimNodeClock machine) {
    this.world = world;
    this.machine = machine;
    Random random = world.random();
    SimClock clock = world.clock();
    threads = new SimScheduler(clock, machine, random, world.loops());
    faults = new SimFaults(random, world.surprises(), clock, threads::inWorker, threads::close);
    ownership = new SimOwnership(Set.of(), clock::violated);
    membership =
        new SimMembership(
            database, new SimMembership.Machine(clock, machine, threads), ownership, random);
    membership.onRelease(this::released);
    SimStore store = new SimStore(world.tables(), faults, ownership, membership);
    world.tables().settingsLog.reveal(); // it reads everything
    network = new SimTransport(clock, (host, request) -> world.reply(store, host, request));
    engine = world.start(new EngineRuntime(machine, threads, store, network));
    new SimListeners(world.surprises()).begin(engine, world.tables().idFloor);
    membership.start();
  }

  private void released(int partition, boolean late) {
    int most = late ? Integer.MAX_VALUE : world.tolerance();
    world.witness(() -> world.ledger().released(partition, most));
  }

  Engine engine() {
    return engine;
  }

  SimFaults faults() {
    return faults;
  }

  SimMembership membership() {
    return membership;
  }

  SimNodeClock machine() {
    return machine;
  }

  SimTransport network() {
    return network;
  }

  long id() {
    return membership.id();
  }

  boolean isRunning() {
    return !threads.isDead() && !threads.isPaused();
  }

  /**
   * Returns whether it has ended for good, or has released everything: its supervisor sees that.
   */
  boolean mustStartAgain() {
    return !hasEnded() && (engine.condition().hasFailed() || membership.hasDrained());
  }

  boolean hasEnded() {
    return threads.isDead();
  }

  boolean ownsNothing() {
    return ownership.owned().isEmpty() && engine.context().ownership().owned().isEmpty();
  }

  // ---- what happens --------------------------------------------------------------------------

  /** Ends the process at once. */
  void kill() {
    threads.close();
    network.close();
    membership.died();
  }

  /** Stops the process for a time. */
  void pause(long nanos) {
    threads.pause(nanos);
  }

  /** Stops the process in the middle of its next commit. */
  void stallInCommit(long nanos) {
    faults.stallInCommit(
        () -> {
          threads.pause(nanos);
          if (nanos > IDLE_NANOS) {
            membership.aborted(IDLE_NANOS);
          }
          return nanos <= IDLE_NANOS;
        });
  }

  /** Cuts the process off from the database, or ends that. */
  void cut(boolean now) {
    faults.cut(now);
    membership.connected(!now);
  }

  void slow(long mostNanos) {
    threads.slow(mostNanos);
  }

  void heal() {
    threads.resume();
    membership.reveal();
    faults.heal();
    membership.connected(true);
    slow(0);
  }

  /** Another node has taken over, and this one may believe in its lease for a time. */
  void mayBeUnaware(long nanos) {
    unawareUntil = world.clock().nanoTime() + nanos;
  }

  boolean mayBeUnaware() {
    return world.clock().nanoTime() < unawareUntil;
  }
}
