package dev.posthorn.simulation;

import dev.posthorn.AttemptKind;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.RebalanceListener;
import dev.posthorn.spi.store.StoreException;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The partitions of the simulated disk that one process owns, and what it may write to others. */
final class SimOwnership {
  private final Set<Integer> owned;
  private final Set<Integer> revoked = new TreeSet<>();

  /** Partitions released by a commit that has not returned yet: it may be committed again. */
  private final Set<Integer> unconfirmed = new TreeSet<>();

  /** Partitions to be assigned once that commit has returned. */
  private final Set<Integer> wanted = new TreeSet<>();

  private final UnaryOperator<Violation> violated;
  private @Nullable RebalanceListener listener;
  private Releases releases = partition -> {};
  private long epoch;

  /** Tells whether the database says so, too. */
  private IntPredicate owner = this::isOwned;

  /** Hears which partitions were released. */
  interface Releases {
    void released(int partition);
  }

  /**
   * Creates the ownership of some partitions.
   *
   * @param violated told of a broken promise
   */
  SimOwnership(Set<Integer> owned, UnaryOperator<Violation> violated) {
    this.owned = new TreeSet<>(owned);
    this.violated = violated;
  }

  /** Returns the ownership of all partitions. */
  static SimOwnership all() {
    return new SimOwnership(partitions(), found -> found);
  }

  /** Returns the numbers of all partitions. */
  static Set<Integer> partitions() {
    return IntStream.range(0, SimTables.PARTITIONS).boxed().collect(Collectors.toSet());
  }

  /**
   * Begins in an epoch.
   *
   * @param isOwner returns whether the database has this process as the owner of a partition
   */
  void begin(long first, IntPredicate isOwner) {
    epoch = first;
    owner = isOwner;
  }

  void onRelease(Releases told) {
    releases = told;
  }

  // ---- for the store -------------------------------------------------------------------------

  long epoch() {
    return epoch;
  }

  Set<Integer> subscribe(RebalanceListener told) {
    listener = told;
    return new TreeSet<>(owned);
  }

  boolean isOwned(int partition) {
    return owned.contains(partition);
  }

  /** Refuses a batch that was begun before all was lost. */
  void requireFresh(Batch batch) {
    if (batch.epoch != epoch) {
      throw new StoreException(StoreException.Reason.LOST, "simulated", null);
    }
  }

  /** Checks a batch before it is applied: who owns a partition alone removes rows from it. */
  void check(Batch batch) {
    for (PartitionBatch rows : batch.partitions()) {
      boolean owners =
          !rows.hot.isEmpty()
              || !rows.hotRemovals.isEmpty()
              || !rows.parkedRemovals.isEmpty()
              || rows.attempts.stream().anyMatch(row -> row.kind() != AttemptKind.TEST);
      owners |= !rows.handoffRemovals.isEmpty();
      if (owners && !owner.test(rows.partition())) {
        throw violated.apply(
            new Violation("partition: an outcome of " + rows.partition() + ", which is not owned"));
      }
    }
  }

  /** Takes note of a batch that was applied. */
  void applied(Batch batch) {
    for (int partition : batch.releases) {
      if (owned.remove(partition)) {
        if (!revoked.remove(partition)) {
          throw violated.apply(new Violation("partition: " + partition + " is released unasked"));
        }
        unconfirmed.add(partition);
        releases.released(partition);
      }
    }
  }

  /** Takes note that the commit of a batch returns. */
  void confirmed(Batch batch) {
    for (int partition : batch.releases) {
      unconfirmed.remove(partition);
      if (wanted.remove(partition)) {
        assign(partition);
      }
    }
  }

  // ---- for the world -------------------------------------------------------------------------

  /** Returns the partitions that are owned, those too that are to be released. */
  Set<Integer> owned() {
    return new TreeSet<>(owned);
  }

  /** Returns whether exchanges of a partition may start. */
  boolean maySend(int partition) {
    return isOwned(partition) && !revoked.contains(partition);
  }

  void assign(int partition) {
    if (unconfirmed.contains(partition)) {
      wanted.add(partition);
    } else if (owned.add(partition)) {
      told().assigned(Set.of(partition));
    }
  }

  void revoke(int partition) {
    if (isOwned(partition) && revoked.add(partition)) {
      told().revoked(Set.of(partition));
    }
  }

  /** Returns whether a partition is to be released. */
  boolean isRevoked(int partition) {
    return revoked.contains(partition);
  }

  /** Returns whether a partition may be assigned: its release is known to be committed. */
  boolean mayClaim(int partition) {
    return !unconfirmed.contains(partition) && !isOwned(partition);
  }

  /** Another process takes over: all is lost, and this one begins anew with nothing. */
  void lose() {
    lose(epoch + 1);
  }

  /** Another process has taken over: this one begins anew in another epoch. */
  void lose(long next) {
    Set<Integer> lost = owned();
    owned.clear();
    revoked.clear();
    unconfirmed.clear();
    wanted.clear();
    told().lost(lost);
    epoch = next;
  }

  private RebalanceListener told() {
    return Objects.requireNonNull(listener);
  }
}
