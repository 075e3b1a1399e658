package dev.posthorn.simulation;

import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Lease;
import dev.posthorn.spi.store.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The part of a node's store that shares the database with others: a thread that renews the node's
 * lease, takes over from nodes that do not renew theirs, and claims and releases partitions, a few
 * at a time; and the fence of each transaction.
 *
 * <p>Each request reaches the database some time after it was sent, and its answer comes later
 * still: meanwhile the process may be stopped or killed, or others may be faster.
 */
final class SimMembership implements SimFence {
  private static final long MILLI = 1_000_000;
  private static final long RENEWAL_NANOS = 2_000 * MILLI;
  private static final long LEASE_NANOS = SimDatabase.LEASE_MILLIS * MILLI;

  /** The time for which a process believes in a lease, from before it sent the renewal. */
  private static final long BELIEVED_NANOS = LEASE_NANOS - LEASE_NANOS / 20;

  /** Less than the time that an engine gives to the exchanges of a partition that it releases. */
  private static final long PATIENCE_NANOS = 4_800 * MILLI;

  private static final long LOCK_TIMEOUT_NANOS = 2_500 * MILLI;
  private static final long NEVER = Long.MIN_VALUE / 2;

  /** More than there are processes in a run: each has its own slot. */
  private static final int SLOTS = 256;

  /** The most partitions that a node claims or releases at each look. */
  private static final int AT_A_TIME = 2;

  private final SimDatabase database;
  private final SimDatabase.Node row;
  private final SimClock clock;
  private final SimNodeClock machine;
  private final SimScheduler threads;
  private final SimOwnership ownership;
  private final RandomGenerator random;
  private final SimViewer viewer;
  private final Map<Long, Seen> seen = new HashMap<>();
  private Set<Integer> freeBefore = new HashSet<>();

  /** Partitions that were claimed, before the answer to that arrives. */
  private final Set<Integer> claiming = new HashSet<>();

  private long epoch;
  private long idsAfter;

  /** The id up to which the ids of the process are settled, as far as it knows. */
  private long settled;

  private long renewed = NEVER;
  private boolean connected = true;
  private @Nullable StoreException fenced;
  private Releases told = (partition, late) -> {};
  private final Map<Integer, Long> revokedAt = new HashMap<>();

  /** Hears which partitions the process has released. */
  interface Releases {
    /**
     * A partition was released.
     *
     * @param late whether the process has waited for its exchanges for as long as it does
     */
    void released(int partition, boolean late);
  }

  /** A renewal of another node, and since when this one sees no later one. */
  private record Seen(long renewal, long since) {}

  /**
   * The threads of a process and its clocks.
   *
   * @param world tells the time of the world
   * @param machine tells the time of the process
   * @param threads run the requests
   */
  record Machine(SimClock world, SimNodeClock machine, SimScheduler threads) {}

  SimMembership(SimDatabase database, Machine on, SimOwnership ownership, RandomGenerator random) {
    this.database = database;
    this.clock = on.world;
    this.machine = on.machine;
    this.threads = on.threads;
    this.ownership = ownership;
    this.random = random;
    this.row = database.join();
    this.epoch = row.epoch;
    this.idsAfter = row.settled;
    this.settled = row.settled;
    this.viewer = new SimViewer(row.id, clock::nanoTime, threads::effectsAt);
    ownership.begin(epoch, partition -> database.owner(partition) == row.id);
    ownership.onRelease(this::released);
  }

  long id() {
    return row.id;
  }

  void onRelease(Releases listener) {
    told = listener;
  }

  private void released(int partition) {
    database.release(partition, threads.effectsAt());
    long since = machine.nanoTime() - revokedAt.getOrDefault(partition, 0L);
    told.released(partition, since > PATIENCE_NANOS);
  }

  /** Begins to renew the lease and to claim partitions. */
  void start() {
    threads.after(random.nextInt(200) * MILLI, this::look);
  }

  /** Cuts the process off from the database, or ends that. */
  void connected(boolean now) {
    connected = now;
  }

  /** Releases all partitions, and claims none from now on. */
  void drain() {
    row.draining = true;
  }

  boolean hasDrained() {
    return row.draining && !database.ownsAny(row);
  }

  /** The process is dead: the database ends its transaction. */
  void died() {
    row.writes &= row.leased; // else nobody takes over
    reveal();
    row.writingUntil = Math.min(row.writingUntil, clock.nanoTime());
  }

  /** Shows others what the process has committed: it hears of that now, or never will. */
  void reveal() {
    SimOwnership.partitions().forEach(number -> database.tables().in(number).reveal(row.id));
  }

  /** The database has ended a transaction of the process, after a time. */
  void aborted(long nanos) {
    row.writingUntil = clock.nanoTime() + nanos;
  }

  // ---- the fence -----------------------------------------------------------------------------

  @Override
  public boolean isHeld() {
    return fenced == null && machine.nanoTime() - renewed < BELIEVED_NANOS;
  }

  @Override
  public @Nullable StoreException fenced() {
    return fenced;
  }

  @Override
  public Lease.Slot slot() {
    return new Lease.Slot((int) (row.id % SLOTS), idsAfter);
  }

  /** The process knows once its commit returns. */
  @Override
  public void settle(long id) {
    long wait = threads.effectsAt() - clock.nanoTime();
    if (wait <= 0) {
      settled = Math.max(settled, id);
    } else {
      threads.after(wait, () -> settled = Math.max(settled, id));
    }
  }

  @Override
  public long settledId() {
    return Math.min(settled, database.settledId(row));
  }

  @Override
  public SimViewer viewer() {
    return viewer;
  }

  @Override
  public void begin(Batch batch) {
    requireRight();
    ownership.requireFresh(batch);
    row.writingUntil = Math.max(row.writingUntil, threads.effectsAt());
  }

  @Override
  public long timeline() {
    return row.timeline;
  }

  @Override
  public void requireRight() {
    if (database.isVoid(row)) {
      voided();
      StoreException why = fenced;
      if (why != null) {
        throw why;
      }
    }
    if (database.protocol().isFenced(row.epoch, epoch)) {
      lost();
    }
  }

  /** A copy has taken the place of the database: the process begins anew with it, or ends. */
  private void voided() {
    if (random.nextBoolean()) {
      fenced = new StoreException(StoreException.Reason.FENCED, "simulated", null);
    } else {
      database.beginAnew(row);
      lost();
    }
  }

  /** Another node has taken over: this one goes on under the epoch that it has now. */
  private void lost() {
    renewed = NEVER;
    epoch = row.epoch;
    database.joinAgain(row);
    idsAfter = row.settled;
    claiming.clear();
    ownership.lose(epoch);
  }

  // ---- the thread ----------------------------------------------------------------------------

  private void look() {
    threads.after((database.isQuiet() ? 3_000 : 300 + random.nextInt(100)) * MILLI, this::look);
    if (!connected || fenced != null) {
      return;
    }
    long sent = machine.nanoTime();
    threads.after(travelNanos(), () -> arrived(sent));
  }

  private long travelNanos() {
    return random.nextInt(random.nextInt(50) == 0 ? 500 : 5) * MILLI;
  }

  /** A request that was sent a while ago reaches the database. */
  private void arrived(long sent) {
    if (!connected || row.takenOverBy != 0) {
      return; // it waits for a lock, and gives up
    }
    if (database.isVoid(row)) {
      voided();
      return;
    }
    if (sent - renewed >= RENEWAL_NANOS) {
      renew(sent);
    }
    if (row.leased && !database.protocol().isFenced(row.epoch, epoch)) {
      row.settled = Math.max(row.settled, settled);
      takeOverOthers();
      balance();
    }
  }

  private void renew(long sent) {
    boolean held = database.renew(row, epoch);
    long before = epoch;
    threads.after(
        travelNanos(),
        () -> {
          if (held && epoch == before) {
            renewed = sent;
          } else if (!held && epoch == before) {
            lost();
          }
        });
  }

  // ---- takeovers -----------------------------------------------------------------------------

  private void takeOverOthers() {
    for (SimDatabase.Node other : List.copyOf(database.nodes())) {
      boolean over = other.leased && (isStale(other) || database.isExpired(other));
      if (over && other.id != row.id && other.takenOverBy == 0) {
        other.takenOverBy = row.id;
        clock.after(LOCK_TIMEOUT_NANOS, () -> unlock(other));
        takeOver(other);
      }
    }
  }

  private void unlock(SimDatabase.Node other) {
    if (other.takenOverBy == row.id) {
      other.takenOverBy = 0;
    }
  }

  /** Returns whether nobody has renewed a lease for its whole time, by the clock of this node. */
  private boolean isStale(SimDatabase.Node other) {
    Seen last = seen.get(other.id);
    if (last == null || last.renewal != other.renewals) {
      seen.put(other.id, new Seen(other.renewals, machine.nanoTime()));
      return false;
    }
    return machine.nanoTime() - last.since > LEASE_NANOS;
  }

  /** Fences another node off once its transaction has ended. */
  private void takeOver(SimDatabase.Node other) {
    if (other.takenOverBy != row.id) {
      return; // too late
    }
    long wait = other.writingUntil - clock.nanoTime();
    if (wait > 0) {
      threads.after(wait, () -> takeOver(other));
      return;
    }
    other.takenOverBy = 0;
    database.takeOver(other);
    if (row.leased && !database.protocol().isFenced(row.epoch, epoch)) {
      balance();
    }
  }

  // ---- balance -------------------------------------------------------------------------------

  private void balance() {
    Set<Integer> mine = database.ownedBy(row);
    mine.stream().filter(this::isUnknown).forEach(ownership::assign);
    mine.removeIf(ownership::isRevoked);
    int share = row.draining ? 0 : share();
    Set<Integer> free = database.free();
    if (!row.draining) {
      // What others have left alone must have an owner, whatever is fair.
      int most = Math.max(share - mine.size(), 0);
      claim(free, free.stream().anyMatch(freeBefore::contains) ? AT_A_TIME : most);
    }
    freeBefore = free;
    if (mine.size() > share && (row.draining || random.nextInt(4) == 0)) {
      revoke(mine, mine.size() - share);
    }
  }

  /** Returns whether the answer to the claim of a partition was lost. */
  private boolean isUnknown(int partition) {
    return !claiming.contains(partition) && ownership.mayClaim(partition);
  }

  /** Returns how many partitions each node may have that renews its lease. */
  private int share() {
    long present = Math.max(1, database.present());
    return (int) ((SimTables.PARTITIONS + present - 1) / present);
  }

  private void claim(Set<Integer> free, int most) {
    List<Integer> claimed = new ArrayList<>();
    for (int partition : free) {
      if (claimed.size() < Math.min(most, AT_A_TIME) && ownership.mayClaim(partition)) {
        database.claim(row, partition);
        claimed.add(partition);
      }
    }
    long before = epoch;
    if (!claimed.isEmpty()) {
      claiming.addAll(claimed);
      threads.after(travelNanos(), () -> claimed(claimed, before));
    }
  }

  /** The answer to a claim arrives, unless all was lost before. */
  private void claimed(List<Integer> claimed, long before) {
    if (epoch == before) {
      claimed.forEach(claiming::remove);
      if (connected) {
        claimed.forEach(ownership::assign);
      }
    }
  }

  private void revoke(Set<Integer> mine, int most) {
    mine.stream()
        .filter(ownership::isOwned)
        .limit(Math.min(most, AT_A_TIME))
        .forEach(
            partition -> {
              revokedAt.put(partition, machine.nanoTime());
              ownership.revoke(partition);
            });
  }
}
