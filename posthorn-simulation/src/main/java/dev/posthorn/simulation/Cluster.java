package dev.posthorn.simulation;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.spi.store.rows.EndpointRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Several nodes on one simulated database: they come and go, stand still, lose their way to the
 * database, and take over from each other.
 */
final class Cluster implements Processes {
  private static final long MILLI = 1_000_000;
  private static final long HOUR_NANOS = 3_600_000 * MILLI;
  private static final long LEASE_NANOS = SimDatabase.LEASE_MILLIS * MILLI;

  /** The time after which every partition has an owner once all is well. */
  private static final long OWNED_NANOS = LEASE_NANOS + 1_000 * MILLI;

  /** The most by which the wall clock of a machine is set apart. */
  private static final int APART_MILLIS = 3_000;

  private final Simulation world;
  private final Random random;
  private final SimDatabase database;

  /** The processes, one on each machine; a dead one until it is started again. */
  private final List<SimNode> nodes = new ArrayList<>();

  private final int machines;
  private int crashes;
  private int rejections;
  private boolean healed;

  Cluster(Simulation world, int machines) {
    this.world = world;
    this.machines = machines;
    this.random = world.random();
    world.clock().spread(2L * APART_MILLIS + 2 * SimNodeClock.SWAY_MILLIS);
    this.database = new SimDatabase(world.tables(), world.clock(), world.launcher().protocol());
    database.onTakeover(this::takenOver);
  }

  @Override
  public void start() {
    for (int i = 0; i < machines; i++) {
      SimNodeClock machine = new SimNodeClock(world.clock(), random.nextLong());
      machine.set(apart());
      nodes.add(new SimNode(world, database, machine));
    }
  }

  private long apart() {
    return random.nextInt(-APART_MILLIS, APART_MILLIS);
  }

  @Override
  public Engine engine() {
    List<SimNode> running = nodes.stream().filter(SimNode::isRunning).toList();
    List<SimNode> some = running.isEmpty() ? nodes : running;
    return some.get(random.nextInt(some.size())).engine();
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // an engine is itself
  public boolean isUpToDate(Engine engine) {
    return nodes.stream()
        .filter(node -> node.engine() == engine)
        .allMatch(
            node ->
                node.membership().isHeld()
                    && !node.mayBeUnaware()
                    && engine.settings().version()
                        == world.tables().settingsLog.version(SimViewer.ALONE));
  }

  @Override
  public int crashes() {
    return crashes;
  }

  private List<SimNode> alive() {
    return nodes.stream().filter(node -> !node.hasEnded()).toList();
  }

  private SimNode any() {
    List<SimNode> alive = alive();
    return alive.get(random.nextInt(alive.size()));
  }

  // ---- ends and starts -----------------------------------------------------------------------

  @Override
  public void crash() {
    restart(any());
  }

  /** Kills a process and starts another one in its place at once. */
  private void restart(SimNode node) {
    kill(node);
    begin(node);
  }

  private void kill(SimNode node) {
    crashes++;
    node.kill();
    rejections += node.faults().rejections();
  }

  private void begin(SimNode before) {
    nodes.set(nodes.indexOf(before), new SimNode(world, database, before.machine()));
  }

  /** Kills a process, and starts another one in its place some time later; never the last one. */
  private void killForLong(SimNode node) {
    if (alive().size() > 1) {
      kill(node);
      later(30_000, () -> begin(node));
    }
  }

  private void later(int mostMillis, Runnable task) {
    world.clock().after(random.nextInt(mostMillis) * MILLI, task);
  }

  @Override
  public void stepped() {
    for (int i = 0; i < nodes.size(); i++) {
      SimNode node = nodes.get(i);
      if (node.faults().wasKilled() || node.mustStartAgain()) {
        restart(node);
      } else {
        world.requireRoom(node.network());
      }
    }
  }

  private void takenOver(long id, Set<Integer> partitions, boolean early) {
    world.witness(() -> world.ledger().takenOver(partitions, world.tolerance()));
    nodes.stream()
        .filter(node -> early && node.id() == id)
        .forEach(node -> node.mayBeUnaware(LEASE_NANOS));
  }

  // ---- what happens --------------------------------------------------------------------------

  @Override
  public void disturb(int kind) {
    SimNode node = any();
    switch (random.nextInt(12)) {
      case 0 -> restart(node);
      case 1 -> killForLong(node);
      case 2 -> node.faults().killInCommit();
      case 3, 4 -> node.pause(random.nextInt(25_000) * MILLI);
      case 5 -> node.stallInCommit(random.nextInt(15_000) * MILLI);
      case 6, 7 -> cut(node);
      case 8 -> slow();
      case 9 -> failOver();
      case 10 -> world.tables().settingsLog.clear();
      default -> node.membership().drain();
    }
  }

  private void cut(SimNode node) {
    node.cut(true);
    later(25_000, () -> node.cut(false));
  }

  /** Slows the database down for a while. */
  private void slow() {
    long most = (1L + random.nextInt(3_000)) * MILLI;
    alive().forEach(node -> node.slow(most));
    later(10_000, () -> alive().forEach(node -> node.slow(0)));
  }

  /** A copy takes the place of the database, now or soon; then it lacks the last commits. */
  private void failOver() {
    if (random.nextBoolean()) {
      failOverTo(null);
      return;
    }
    SimTables copy = new SimTables(true);
    copy.copyFrom(world.tables());
    later(2_000, () -> failOverTo(copy));
  }

  private void failOverTo(@Nullable SimTables copy) {
    if (healed) {
      return;
    }
    database.failOver(copy);
    world.ledger().failedOver();
    world.polling().failedOver();
  }

  @Override
  public void setClock() {
    if (random.nextInt(3) == 0) {
      database.setClock(random.nextInt(-30_000, 30_000));
    } else {
      any().machine().set(apart());
    }
  }

  @Override
  public void trouble(SimFaults.Trouble trouble) {
    alive().forEach(node -> node.faults().trouble(trouble));
  }

  @Override
  public boolean isUnsure() {
    return alive().stream().anyMatch(node -> node.faults().isUnsure());
  }

  @Override
  public int rejections() {
    return rejections + alive().stream().mapToInt(node -> node.faults().rejections()).sum();
  }

  @Override
  public void heal() {
    healed = true;
    alive().forEach(SimNode::heal);
    world.clock().after(OWNED_NANOS, this::requireOwners);
  }

  // ---- what must hold ------------------------------------------------------------------------

  private void requireOwners() {
    for (int partition : SimOwnership.partitions()) {
      long owner = database.owner(partition);
      boolean lost = owner != 0 && alive().stream().noneMatch(node -> node.id() == owner);
      if (lost || !database.isTakenCareOf(partition)) {
        throw new Violation("partition: " + partition + " has no owner although all is well");
      }
    }
    database.quiet();
  }

  @Override
  public boolean mayStore(SimStore from, long endpoint) {
    EndpointRow row = world.tables().everEndpoint(endpoint);
    int partition = SimTables.partitionOf(row == null ? 0 : row.application());
    if (!from.ownership().maySend(partition)) {
      throw new Violation("partition: an exchange of " + partition + ", which is not owned");
    }
    long id = ((SimMembership) from.fence()).id();
    if (database.owner(partition) == id) {
      return true;
    }
    boolean unaware = nodes.stream().anyMatch(node -> node.id() == id && node.mayBeUnaware());
    if (!unaware && !database.isVoid(id, partition)) {
      throw new Violation(
          "partition: an exchange of " + partition + ", which another node owns by now");
    }
    return false;
  }

  @Override
  public void requireIdle() {
    for (SimNode node : alive()) {
      if (node.ownsNothing()) {
        world.launcher().checkNothingOwned(node.engine());
      }
    }
    for (SimNode node : alive()) {
      world.settings().requireSame(node.engine().settings());
      var stopped = node.engine().stop(60_000);
      long until = world.clock().nanoTime() + HOUR_NANOS;
      while (!stopped.isDone() && world.clock().nanoTime() < until) {
        world.step();
      }
      if (!stopped.getNow(false)) {
        throw new Violation("permits are in use, or acceptances open, though nothing waits");
      }
      world.launcher().checkIdle(node.engine());
    }
  }
}
