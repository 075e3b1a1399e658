package dev.posthorn.simulation;

import dev.posthorn.spi.store.Partitions;
import dev.posthorn.spi.store.rows.EndpointRow;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Assigns, revokes and loses partitions of the engine that runs, and checks what it does about
 * them.
 */
final class Rebalances {
  private static final long MILLI = 1_000_000;

  /** Less than the time that an engine gives to the exchanges of a partition that it releases. */
  private static final long PATIENCE_NANOS = 4_900 * MILLI;

  /** By then all exchanges have ended that were under way when the last partition was released. */
  private static final long QUIET_NANOS = 60_000 * MILLI;

  private final Simulation world;
  private final Random random;
  private final Map<Integer, Long> revokedAt = new HashMap<>();
  private SimOwnership ownership = SimOwnership.all();
  private boolean healed;

  /** The number of changes so far. */
  private int changes;

  Rebalances(Simulation world) {
    this.world = world;
    this.random = world.random();
  }

  /** Returns what the next engine owns at its start. */
  SimOwnership begin() {
    boolean some = !world.isCalm() && !healed && random.nextInt(3) == 0;
    Set<Integer> first =
        SimOwnership.partitions().stream()
            .filter(partition -> !some || random.nextBoolean())
            .collect(Collectors.toSet());
    SimOwnership next = new SimOwnership(first, world.clock()::violated);
    next.onRelease(partition -> released(next, partition));
    ownership = next;
    changes++;
    revokedAt.clear();
    return next;
  }

  /** Returns whether the engine that runs owns a partition. */
  boolean isOwnedByEngine(int partition) {
    return ownership.isOwned(partition);
  }

  static int partitionOf(long application) {
    return Partitions.of(application, SimTables.PARTITIONS);
  }

  // ---- what happens --------------------------------------------------------------------------

  /** Changes something by chance. */
  void change() {
    if (healed) {
      return;
    }
    changes++;
    switch (random.nextInt(8)) {
      case 0 -> revokeAll();
      case 1 -> lose();
      case 2, 3, 4 -> assignSome();
      default -> {
        int partition = random.nextInt(SimTables.PARTITIONS);
        revoke(partition);
        later(20_000, () -> ownership.assign(partition));
      }
    }
  }

  private void later(int mostMillis, Runnable change) {
    int incarnation = world.crashes();
    world
        .clock()
        .after(
            random.nextInt(mostMillis) * MILLI,
            () -> {
              if (incarnation == world.crashes()) {
                changes++;
                change.run();
              }
            });
  }

  private void revoke(int partition) {
    if (ownership.maySend(partition)) {
      revokedAt.put(partition, world.clock().nanoTime());
      ownership.revoke(partition);
    }
  }

  private void assignSome() {
    for (int partition : SimOwnership.partitions()) {
      if (random.nextBoolean()) {
        ownership.assign(partition);
      }
    }
  }

  /** Takes everything away, and looks whether the engine has given everything back then. */
  private void revokeAll() {
    ownership.owned().forEach(this::revoke);
    int before = changes;
    world.clock().after(QUIET_NANOS, () -> checkNothingOwned(before));
  }

  private void checkNothingOwned(int before) {
    if (before == changes && ownership.owned().isEmpty()) {
      world.witness(world::checkNothingOwned);
    } else if (before == changes) {
      world.clock().after(QUIET_NANOS, () -> checkNothingOwned(before));
    }
  }

  /** Lets another process take over for a while. */
  private void lose() {
    if (world.faults().isUnsure()) {
      return; // nobody would know what became of the batch
    }
    world.ledger().lost(world.tolerance());
    ownership.lose();
    later(3_000, this::assignSome);
  }

  /** Assigns everything, for good. */
  void heal() {
    healed = true;
    changes++;
    SimOwnership.partitions().forEach(ownership::assign);
  }

  // ---- what the engine does ------------------------------------------------------------------

  private void released(SimOwnership from, int partition) {
    long since = world.clock().nanoTime() - revokedAt.getOrDefault(partition, 0L);
    boolean early = since < PATIENCE_NANOS;
    try {
      world.ledger().released(partition, early ? world.tolerance() : Integer.MAX_VALUE);
    } catch (Violation seen) {
      throw world.clock().violated(seen);
    }
    if (healed) {
      world.clock().after(MILLI, () -> from.assign(partition));
    }
  }

  /** An exchange with an endpoint starts. */
  void requireOwned(SimOwnership by, long endpoint) {
    EndpointRow row = world.tables().everEndpoint(endpoint);
    int partition = partitionOf(row == null ? 0 : row.application());
    if (!by.maySend(partition)) {
      throw new Violation("partition: an exchange of " + partition + ", which is not owned");
    }
  }
}
