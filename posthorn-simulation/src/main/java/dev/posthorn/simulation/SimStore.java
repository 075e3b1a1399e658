package dev.posthorn.simulation;

import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Lease;
import dev.posthorn.spi.store.RebalanceListener;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreStats;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.reads.PartitionScan;
import dev.posthorn.spi.store.reads.Reads;
import dev.posthorn.spi.store.reads.SettingsLog;
import dev.posthorn.spi.store.reads.TaskQuery;
import dev.posthorn.spi.store.rows.DedupeKey;
import dev.posthorn.spi.store.rows.DedupeRow;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.EventTypeRow;
import dev.posthorn.spi.store.rows.TaskRow;
import dev.posthorn.spi.store.rows.TokenRow;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A store in memory. What it holds outlives it, as a file outlives a process. Not thread-safe. */
public final class SimStore implements Store {
  private final SimTables tables;
  private final StoreFaults faults;
  private final SimOwnership ownership;
  private final SimFence fence;
  private boolean closed;

  /** Creates an empty store that never fails. */
  public SimStore() {
    this(new SimTables(), StoreFaults.NONE);
  }

  /** Returns an empty store that never fails, and that several processes may open. */
  public static SimStore shared() {
    return new SimStore(new SimTables(true), StoreFaults.NONE);
  }

  SimStore(SimTables tables, StoreFaults faults) {
    this(tables, faults, SimOwnership.all());
  }

  SimStore(SimTables tables, StoreFaults faults, SimOwnership ownership) {
    this(tables, faults, ownership, new SoleFence(tables));
  }

  SimStore(SimTables tables, StoreFaults faults, SimOwnership ownership, SimFence fence) {
    this.tables = tables;
    this.faults = faults;
    this.ownership = ownership;
    this.fence = fence;
  }

  /** Returns a new store with the contents of this one, which is not to be used any more. */
  public SimStore reopen() {
    closed = true;
    return new SimStore(tables, faults);
  }

  private SimTables read() {
    requireOpen();
    faults.read();
    return tables;
  }

  private void requireOpen() {
    if (closed) {
      throw new StoreException(
          StoreException.Reason.CLOSED, "the store is closed; open it again", null);
    }
  }

  /** Refuses what writes once another process has taken over. */
  private void requireOwner() {
    requireOpen();
    StoreException fenced = fence.fenced();
    if (fenced != null) {
      throw fenced;
    }
  }

  @Override
  public Lease lease() {
    return new Lease() {
      @Override
      public boolean isHeld() {
        return !closed && fence.isHeld();
      }

      @Override
      public @Nullable StoreException fenced() {
        return fence.fenced();
      }

      @Override
      public long epoch() {
        return ownership.epoch();
      }

      @Override
      public long timeline() {
        return fence.timeline();
      }

      @Override
      public Slot slot() {
        return fence.slot();
      }
    };
  }

  SimFence fence() {
    return fence;
  }

  SimOwnership ownership() {
    return ownership;
  }

  @Override
  public Set<Integer> subscribe(RebalanceListener listener) {
    return ownership.subscribe(listener);
  }

  @Override
  public int partitions() {
    return SimTables.PARTITIONS;
  }

  @Override
  public PartitionReads in(int partition) {
    Objects.checkIndex(partition, SimTables.PARTITIONS);
    return new SimReads(() -> read().in(partition), fence.viewer());
  }

  @Override
  public PartitionScan across(Set<Integer> partitions) {
    partitions.forEach(number -> Objects.checkIndex(number, SimTables.PARTITIONS));
    return new SimScan(this::read, partitions, fence.viewer());
  }

  @Override
  public boolean isShared() {
    return tables.isShared();
  }

  @Override
  public long settingsVersion() {
    return read().settingsLog.version(fence.viewer());
  }

  @Override
  public SettingsLog settingsAfter(long version, int limit) {
    return read().settingsLog.after(version, limit, fence.viewer());
  }

  @Override
  public void commit(Batch batch) {
    requireOwner();
    ownership.requireFresh(batch);
    faults.commit(
        batch,
        () -> {
          fence.begin(batch);
          ownership.check(batch);
          tables.apply(batch, fence.viewer());
          ownership.applied(batch);
        });
    ownership.confirmed(batch);
    fence.settle(batch.idFloor);
  }

  @Override
  public boolean upkeep(long keepFrom, long now) {
    requireOwner();
    faults.upkeep();
    fence.requireRight();
    tables.dedupe.values().removeIf(row -> row.expires() <= now);
    boolean more = false;
    for (int number : ownership.owned()) {
      more |= new SimRetention(tables.in(number), tables.environments).upkeep(keepFrom, now);
    }
    return more;
  }

  @Override
  public long idFloor() {
    return read().idFloor;
  }

  @Override
  public void settle(long id) {
    fence.settle(id);
  }

  @Override
  public long settledId(long application) {
    faults.read();
    return fence.settledId();
  }

  @Override
  public Reads forWriter() {
    return this;
  }

  @Override
  public Reads forLists(long application) {
    return this;
  }

  @Override
  public List<DedupeRow> dedupe(Collection<DedupeKey> keys, long now) {
    SimTables from = read();
    return keys.stream()
        .map(from.dedupe::get)
        .filter(row -> row != null && row.expires() > now)
        .toList();
  }

  @Override
  public List<EnvironmentRow> environments(long afterId, int limit) {
    return SimPages.first(read().environments, afterId, limit);
  }

  @Override
  public List<TokenRow> tokens(long afterId, int limit) {
    return SimPages.first(read().tokens, afterId, limit);
  }

  @Override
  public List<EventTypeRow> eventTypes(long environment) {
    return List.copyOf(read().eventTypes.getOrDefault(environment, new TreeMap<>()).values());
  }

  @Override
  public @Nullable String setting(String name) {
    return read().settings.get(Objects.requireNonNull(name));
  }

  @Override
  public @Nullable TaskRow task(long id) {
    return read().tasks.get(id);
  }

  @Override
  public Page<TaskRow> tasks(TaskQuery query) {
    TreeMap<Long, TaskRow> rows = new TreeMap<>(read().tasks);
    rows.values().removeIf(row -> row.environment() != query.environment());
    return SimPages.filtered(
        query.page().of(rows), query::matches, query.page().limit(), row -> row);
  }

  @Override
  public List<TaskRow> runningTasks() {
    return read().tasks.values().stream()
        .filter(row -> row.status().equals(TaskRow.RUNNING))
        .toList();
  }

  @Override
  public void backup(Path target) {
    throw new UnsupportedOperationException("a simulated store has no file; use reopen");
  }

  @Override
  public StoreStats stats() {
    requireOpen();
    return new StoreStats(0, 0, 0);
  }

  @Override
  public void close() {
    closed = true;
  }
}
