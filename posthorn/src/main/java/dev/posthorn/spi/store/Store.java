package dev.posthorn.spi.store;

import dev.posthorn.spi.store.reads.PartitionScan;
import dev.posthorn.spi.store.reads.Reads;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.HandoffRow;
import dev.posthorn.spi.store.rows.PayloadEnd;
import dev.posthorn.spi.store.rows.SettingChange;
import java.nio.file.Path;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Durable storage of messages, deliveries, attempts and settings.
 *
 * <p>One thread at a time, the engine's writer, calls {@link #commit} and {@link #upkeep}, and
 * reads through {@link #forWriter}. All other methods may be called from any thread, and may block.
 * Every method may throw {@link StoreException}.
 *
 * <p><b>Partitions.</b> Everything that belongs to an application is in the partition of that
 * application ({@link #partitionOf}): rows are written to a partition ({@link Batch#in}), and read
 * from it ({@link Reads#in}) or from several at once ({@link Reads#across}). Environments, tokens,
 * event types, tasks, deduplication keys and the settings of the store itself belong to no
 * partition.
 *
 * <p><b>Ownership.</b> Of the processes that have a store open, at most one owns a partition
 * ({@link #subscribe}): it alone removes live rows of the partition, and adds attempts. Every
 * process may add messages and parked rows to any partition, with a {@link HandoffRow} that tells
 * the owner: it reads these rows ({@link PartitionScan#handoffs}), and removes them by their ids.
 *
 * <p><b>Readers.</b> There are three sets of the same reads, so that urgent reads never wait for
 * those that can wait: the store itself serves the engine (pages, payloads, start-up), {@link
 * #forWriter} serves the committing thread, and {@link #forLists} serves the requests of users.
 * However many lists are being read and however long each takes, the other two find a free
 * connection.
 *
 * <p><b>Settings.</b> Every process has all settings in memory. In a store that several processes
 * open ({@link #isShared}), each batch with {@link SettingChange.Replicated} changes advances the
 * version of the settings by one, and its changes are in a log. A batch carries the version that it
 * was prepared with ({@link Batch#settingsVersion}), and is not committed if that is not the
 * present one: so a message is never accepted without a change of settings that was committed
 * before the message came. Upkeep removes entries of the log after a while.
 *
 * <p><b>Ids.</b> The message, delivery and attempt ids of a process grow with time and with the
 * order of its commits; no two processes have the same id ({@link Lease#slot}). What one process
 * commits may have smaller ids than what another one has committed before ({@link #settledId}).
 * Each batch carries the highest id that its process has used so far. {@link #idFloor} returns the
 * highest of all, so that the ids of a process that starts, or begins to own a partition, are
 * greater.
 *
 * <p><b>Live rows.</b> A waiting delivery is one row, either in {@code hot} (deliveries that the
 * engine holds in memory, read in full at start-up) or in {@code parked} (retries, scheduled
 * deliveries and deliveries that did not fit into memory, read in pages ordered by due time and
 * id).
 */
public interface Store extends Reads, AutoCloseable {

  /** Returns the number of partitions. It never changes during the life of the stored data. */
  int partitions();

  /** Returns the numbers of all partitions. */
  default SortedSet<Integer> allPartitions() {
    return IntStream.range(0, partitions()).boxed().collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns the partition of an application: a number from 0 to {@link #partitions} - 1. */
  default int partitionOf(long application) {
    return Partitions.of(application, partitions());
  }

  /** Returns the lease under which this process may send what is in the store. */
  default Lease lease() {
    return Lease.UNLIMITED;
  }

  /** Returns whether other processes may change settings while this one has the store open. */
  default boolean isShared() {
    return false;
  }

  /**
   * Registers the listener to changes of the partitions that this process owns. Called once, before
   * anything is committed. By default a process owns all partitions for as long as the store is
   * open.
   *
   * @return the partitions that this process owns now; the listener is told of every change after
   *     that
   */
  default Set<Integer> subscribe(RebalanceListener listener) {
    return allPartitions();
  }

  /**
   * Begins to give away all partitions ({@link RebalanceListener#revoked}), since the engine stops:
   * this process is assigned none any more. Returns at once. By default nothing happens.
   */
  default void leave() {}

  /**
   * Gives up the lease: the engine has ended by a defect, and neither delivers nor writes any more,
   * though the process may live on. Another process takes over once the lease has ended. Returns at
   * once. By default nothing happens.
   */
  default void abandon() {}

  /**
   * Makes all changes of a batch durable, or none.
   *
   * <p>Every change can be applied again without harm, so the engine simply commits a batch again
   * if its result was unknown.
   *
   * @throws StoreException with {@link StoreException.Reason#UNKNOWN} if the batch may or may not
   *     have been applied; with any other reason if none of it was; with {@link
   *     StoreException.Reason#FENCED} if another process has taken over, and then always; with
   *     {@link StoreException.Reason#STALE} if the batch has another version of the settings than
   *     the present one, unless an earlier try has committed it; with {@link
   *     StoreException.Reason#LOST} if this process has lost its partitions since the batch was
   *     begun ({@link Batch#epoch})
   */
  void commit(Batch batch);

  /**
   * Registers what is called soon after another process has handed something off to this one.
   * Called once at most. The calls are hints: some may be missing, or without a reason, so whoever
   * takes in {@link HandoffRow}s looks for them now and then anyway. By default there are none.
   *
   * @param hint called on any thread; must return at once
   */
  default void onHandoff(Runnable hint) {}

  /**
   * Does one bounded slice of deferred work in its own transaction: history indexes, retention,
   * checkpoints. Readers cannot tell when this is called, except that it removes history older than
   * {@code keepFrom}, messages past the retention of their environment ({@link
   * EnvironmentRow#retentionMillis}), messages of removed applications, and payloads that are due
   * ({@link PartitionBatch#payloadEnds}). The payload of a message that has a live row stays; it is
   * examined again {@link PayloadEnd#AGAIN_MILLIS} later.
   *
   * <p>A store that drops old history in larger parts, such as the history of a whole day, may keep
   * messages and attempts a little longer: until all of a part is past its retention, but never
   * longer than that. Payloads that are due, and what removed applications left behind, go as soon
   * as elsewhere.
   *
   * @param keepFrom messages and attempts with a smaller id are past their retention; those of a
   *     message that still has a live row stay
   * @param nowMillis the current wall time, for payloads, deduplication keys and the retention of
   *     environments
   * @return whether more work is waiting
   * @throws StoreException with {@link StoreException.Reason#FENCED} if another process has taken
   *     over; the engine calls this to find out, too
   */
  boolean upkeep(long keepFrom, long nowMillis);

  /** Returns the highest id that any committed batch of any process carried, or 0. */
  long idFloor();

  /**
   * Takes note that all ids of this process up to one are settled: what it has given is committed
   * or never will be, and it gives only greater ones from now on. {@link #settledId} goes by that.
   * One thread at a time, the engine's writer, calls it; it does not wait. By default nothing
   * happens.
   */
  default void settle(long id) {}

  /**
   * Returns an id up to which the messages of all processes are settled: whatever is committed
   * later has a greater id than each message that can be read up to this one. Readers that go on
   * after the last id that they have read must read no further. By default that is no limit, since
   * one process commits in the order of ids.
   *
   * @param application the application whose turn the read uses, as of {@link #forLists}
   */
  default long settledId(long application) {
    return Long.MAX_VALUE;
  }

  /** Returns the reads of the committing thread, which wait for no other read. */
  Reads forWriter();

  /**
   * Returns the reads of users: a limited number of them run at the same time, and applications
   * take turns.
   *
   * @param application the application whose turn the read uses; 0 for reads of no application
   */
  Reads forLists(long application);

  // ---- the store itself ----------------------------------------------------------------------

  /**
   * Copies all changes committed before this call into a new file, while all other work continues.
   * A file with the name of the target is complete, durable, and can be opened as a store; until
   * then the copy has a name that ends with {@code .part}.
   *
   * @param target a file that does not exist in a directory that does
   * @throws IllegalArgumentException if the target exists
   * @throws StoreException if the target cannot be written ({@code IO}, {@code FULL}), or the store
   *     is closed ({@code CLOSED}); no part of the target remains
   * @throws UnsupportedOperationException if such a store is copied with its own tools
   */
  void backup(Path target);

  /** Returns sizes for metrics and benchmarks. */
  StoreStats stats();

  /** Closes the store. Committed changes stay. */
  @Override
  void close();
}
