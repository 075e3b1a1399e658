package dev.posthorn.internal.postgresql.store;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.OpenWait;
import dev.posthorn.spi.store.RebalanceListener;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A store that shares its schema, with the part of an engine that owns partitions: it releases what
 * is revoked at once, and has a writer that is never idle for long.
 */
final class SharingNode implements RebalanceListener, AutoCloseable {
  static final Duration LEASE = Duration.ofSeconds(3);

  private final String name;
  private final Store store;
  private final Neighbors neighbors;
  private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();
  private final Set<Integer> owned = ConcurrentHashMap.newKeySet();
  private final List<Long> epochsAtLoss = new ArrayList<>();
  private volatile long now = 1;

  /** The nodes that believe that they own a partition, and what was seen of two at once. */
  static final class Neighbors {
    private final Map<Integer, SharingNode> owners = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();

    List<String> faults() {
      return List.copyOf(faults);
    }

    private void begin(SharingNode node, Set<Integer> partitions) {
      for (int partition : partitions) {
        SharingNode before = owners.put(partition, node);
        if (before != null
            && before != node
            && before.store.lease().isHeld()
            && before.owned.contains(partition)) {
          faults.add(partition + " belongs to " + before.name + " and to " + node.name);
        }
      }
    }
  }

  private SharingNode(String name, PostgresqlOptions options, Neighbors neighbors) {
    this.name = name;
    this.neighbors = neighbors;
    this.store = OpenDatabase.open(options, OpenWait.upTo(Duration.ofMinutes(1))).store();
  }

  /** Joins a schema. */
  static SharingNode join(String name, String url, Neighbors neighbors) {
    PostgresqlOptions options =
        PostgresqlOptions.builder(url)
            .lease(LEASE, Duration.ofMillis(200))
            .readers(1)
            .listReaders(1)
            .singleOwner(false)
            .build();
    SharingNode node = new SharingNode(name, options, neighbors);
    node.begin();
    return node;
  }

  private void begin() {
    Set<Integer> first = store.subscribe(this);
    owned.addAll(first);
    neighbors.begin(this, first);
    var unused = writer.scheduleWithFixedDelay(this::keepUp, 20, 20, TimeUnit.MILLISECONDS);
  }

  private void keepUp() {
    try {
      store.upkeep(0, now);
    } catch (StoreException e) {
      if (e.reason() == StoreException.Reason.FENCED) {
        neighbors.faults.add(name + " is fenced for good");
      }
    }
  }

  Store store() {
    return store;
  }

  /** Sets the time of its upkeep, in milliseconds. */
  void time(long millis) {
    now = millis;
  }

  Set<Integer> owned() {
    return new TreeSet<>(owned);
  }

  /** Returns the epoch at each loss, before it changed. */
  synchronized List<Long> epochsAtLoss() {
    return List.copyOf(epochsAtLoss);
  }

  /** Commits a batch on the writer, begun now. */
  void commit(Consumer<Batch> changes) throws InterruptedException {
    Batch batch = new Batch();
    batch.epoch = store.lease().epoch();
    changes.accept(batch);
    commit(batch);
  }

  /**
   * Commits a batch on the writer.
   *
   * @throws StoreException as the store does
   */
  void commit(Batch batch) throws InterruptedException {
    try {
      writer.submit(() -> store.commit(batch)).get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof StoreException why ? why : new IllegalStateException(e);
    }
  }

  @Override
  public void assigned(Set<Integer> partitions) {
    owned.addAll(partitions);
    neighbors.begin(this, partitions);
  }

  @Override
  public void revoked(Set<Integer> partitions) {
    writer.execute(() -> release(partitions));
  }

  private void release(Set<Integer> partitions) {
    Batch batch = new Batch();
    batch.epoch = store.lease().epoch();
    batch.releases.addAll(partitions);
    owned.removeAll(partitions); // as an engine, which drops its lanes first
    try {
      store.commit(batch);
    } catch (StoreException e) {
      if (e.reason() != StoreException.Reason.LOST && e.reason() != StoreException.Reason.CLOSED) {
        writer.execute(() -> release(partitions));
      }
    }
  }

  @Override
  public synchronized void lost(Set<Integer> partitions) {
    epochsAtLoss.add(store.lease().epoch());
    owned.clear();
  }

  @Override
  public void close() {
    try (ExecutorService last = writer) {
      last.shutdownNow();
    }
    store.close();
    owned.clear();
  }
}
