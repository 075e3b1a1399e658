package dev.posthorn.simulation;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rows by which nodes share the simulated disk: nodes, heartbeats, assignments; and the clock
 * of the database, by which leases end.
 */
final class SimDatabase {
  static final long LEASE_MILLIS = 10_000;

  /** A lease whose victim cannot believe in it any more, whatever its clocks. */
  private static final long SAFE_NANOS = 9_700L * 1_000_000;

  /** A node that has not renewed for so long has missed a renewal. */
  private static final long PRESENT_NANOS = 3_000L * 1_000_000;

  /** The longest time for which a partition that was released has no owner. */
  private static final long PASSED_ON_NANOS = 1_000L * 1_000_000;

  private static final long NOBODY = 0;

  private final SimTables tables;
  private final SimClock clock;
  private final SimProtocol protocol;
  private final Map<Long, Node> nodes = new TreeMap<>();
  private final long[] owners = new long[SimTables.PARTITIONS];

  /** The time from which others see that a partition has no owner. */
  private final long[] freeFrom = new long[SimTables.PARTITIONS];

  private Takeovers told = (node, partitions, early) -> {};
  private long lastId;
  private long aheadMillis;
  private int timeline = 1;
  private long noClaimsUntil;
  private boolean quiet;

  /** Hears of takeovers. */
  interface Takeovers {
    /**
     * A node was fenced off.
     *
     * @param early whether the node may still believe in its lease, because the database's clock
     *     was set forward
     */
    void takenOver(long node, Set<Integer> partitions, boolean early);
  }

  /** The rows of one node. */
  static final class Node {
    final long id;
    int timeline;
    long epoch = 1;

    /** True if there is a heartbeat. */
    boolean leased;

    /** True once it gives up its partitions, and wants no more. */
    boolean draining;

    long expires;
    long renewals;
    long renewedAt;

    /** The time until which a transaction of the node holds the lock of its row. */
    long writingUntil;

    /** The node that is taking over from it, and has locked the heartbeat; or nobody. */
    long takenOverBy;

    /** True while it may commit. */
    boolean writes = true;

    /** The id up to which its ids are settled, as others see it. */
    long settled;

    private Node(long id, int timeline) {
      this.id = id;
      this.timeline = timeline;
    }
  }

  SimDatabase(SimTables tables, SimClock clock, SimProtocol protocol) {
    this.tables = tables;
    this.clock = clock;
    this.protocol = protocol;
  }

  void onTakeover(Takeovers listener) {
    told = listener;
  }

  SimProtocol protocol() {
    return protocol;
  }

  SimTables tables() {
    return tables;
  }

  // ---- nodes ---------------------------------------------------------------------------------

  /** Adds a node, which has no heartbeat yet. */
  Node join() {
    Node node = new Node(++lastId, timeline);
    node.settled = tables.idFloor;
    nodes.put(node.id, node);
    return node;
  }

  Collection<Node> nodes() {
    return nodes.values();
  }

  private long now() {
    return clock.millis() + aheadMillis;
  }

  /** Sets the clock of the database. */
  void setClock(long millisAhead) {
    aheadMillis = millisAhead;
  }

  /** Returns whether the database was replaced by a copy since a node has joined. */
  boolean isVoid(Node node) {
    return node.timeline != timeline;
  }

  /** Returns whether a node may not know yet that it lost a partition when a copy took over. */
  boolean isVoid(long node, int partition) {
    return owners[partition] == NOBODY && isVoid(Objects.requireNonNull(nodes.get(node)));
  }

  /** A node joins the database that has taken the place of the one that it knew. */
  void beginAnew(Node node) {
    node.timeline = timeline;
    node.epoch++;
  }

  /** Renews the heartbeat of a node; returns whether it may have one. */
  boolean renew(Node node, long epoch) {
    if (protocol.isFenced(node.epoch, epoch)) {
      return false;
    }
    node.leased = true;
    node.expires = now() + LEASE_MILLIS;
    node.renewals++;
    node.renewedAt = clock.nanoTime();
    return true;
  }

  /** A node that was fenced off writes again, in its present epoch. */
  void joinAgain(Node node) {
    node.writes = !isVoid(node);
    node.settled = tables.idFloor;
  }

  /** Returns the id up to which those of all nodes but one are settled. */
  long settledId(Node except) {
    return nodes.values().stream()
        .filter(node -> node.writes && node.id != except.id)
        .mapToLong(node -> node.settled)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** Returns how many nodes are there for partitions: those that have renewed lately. */
  long present() {
    return nodes.values().stream()
        .filter(node -> node.leased && !node.draining)
        .filter(node -> clock.nanoTime() - node.renewedAt < PRESENT_NANOS)
        .count();
  }

  boolean isExpired(Node node) {
    return node.leased && node.expires < now();
  }

  /** Fences a node off and takes its partitions away. */
  void takeOver(Node node) {
    node.epoch = protocol.epochAfterTakeover(node.epoch);
    node.leased = false;
    node.writes = false;
    Set<Integer> partitions = ownedBy(node);
    partitions.forEach(partition -> release(partition, clock.nanoTime()));
    told.takenOver(node.id, partitions, clock.nanoTime() - node.renewedAt < SAFE_NANOS);
  }

  /** Nothing will happen to the nodes any more, so they need not look often. */
  void quiet() {
    quiet = true;
  }

  boolean isQuiet() {
    return quiet;
  }

  // ---- assignments ---------------------------------------------------------------------------

  /** Returns the id of the node that owns a partition, or 0. */
  long owner(int partition) {
    return owners[partition];
  }

  /** Returns whether a partition has an owner, or is on its way from one to another. */
  boolean isTakenCareOf(int partition) {
    return owners[partition] != NOBODY || clock.nanoTime() - freeFrom[partition] < PASSED_ON_NANOS;
  }

  /** Returns whether a node owns a partition. */
  boolean ownsAny(Node node) {
    for (long owner : owners) {
      if (owner == node.id) {
        return true;
      }
    }
    return false;
  }

  Set<Integer> ownedBy(Node node) {
    Set<Integer> owned = new TreeSet<>();
    for (int partition = 0; partition < owners.length; partition++) {
      if (owners[partition] == node.id) {
        owned.add(partition);
      }
    }
    return owned;
  }

  /** Returns the partitions that a node sees without an owner and may claim. */
  Set<Integer> free() {
    Set<Integer> free = new TreeSet<>();
    for (int partition = 0; partition < owners.length; partition++) {
      if (owners[partition] == NOBODY
          && clock.nanoTime() >= Math.max(freeFrom[partition], noClaimsUntil)) {
        free.add(partition);
      }
    }
    return free;
  }

  void claim(Node node, int partition) {
    owners[partition] = node.id;
  }

  /** Takes the owner from a partition, which others see some time later. */
  void release(int partition, long seenAt) {
    owners[partition] = NOBODY;
    freeFrom[partition] = seenAt;
  }

  /**
   * A copy takes the place of the database, the same one if it is null, and everybody sees all that
   * is in it. It knows which node owned what only as of a while ago, and a node that cannot reach
   * it may go on sending under the lease that it has. So all nodes are fenced off, and nobody owns
   * anything for the time of a lease.
   */
  void failOver(@Nullable SimTables copy) {
    timeline++;
    if (copy != null) {
      tables.copyFrom(copy);
    }
    tables.settingsLog.reveal();
    for (Node node : nodes.values()) {
      node.leased = false;
      node.writes = false;
      SimOwnership.partitions().forEach(number -> tables.in(number).reveal(node.id));
    }
    Arrays.fill(owners, NOBODY);
    noClaimsUntil = clock.nanoTime() + LEASE_MILLIS * 1_000_000;
  }
}
