package dev.posthorn.spi.store;

import dev.posthorn.spi.store.reads.Reads;
import dev.posthorn.spi.store.rows.DedupeRow;
import dev.posthorn.spi.store.rows.SettingChange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All changes that one commit makes durable.
 *
 * <p>A store applies settings first; then, in each partition, the lists in the order of their
 * fields: removals of live rows, then new rows; removal of payloads and excerpts follows at once or
 * later. A batch never removes a live row that it adds, except that a parked row may be replaced by
 * one with the same key. Applying a list twice has the same effect as applying it once: inserts of
 * existing rows are ignored (settings and parked rows: replaced), and removals of missing rows do
 * nothing.
 *
 * <p>Not thread-safe; the writer builds and reads it.
 */
public final class Batch {
  /** The version of a batch that depends on no settings in memory. */
  public static final long ANY_VERSION = -1;

  /** Creates an empty batch. */
  public Batch() {}

  /**
   * The version of the settings ({@link Reads#settingsVersion}) that the batch was prepared with.
   * Never changes once the batch was committed, or tried to be.
   */
  public long settingsVersion = ANY_VERSION;

  /** Identifies the batch among those of all processes, once asked for. */
  private @Nullable UUID mark;

  private boolean versionSeen;

  private boolean tried;

  /** Wall time of the batch, in milliseconds. */
  public long now;

  /** Changes of settings, in order. */
  public final List<SettingChange> settings = new ArrayList<>();

  /**
   * Deduplication keys to store. If a key is stored already, with the same hash, message and
   * answer, it is replaced if the new row expires later. If it is stored with others, by another
   * process since the batch was prepared, and has not expired by {@link #now}, a shared store
   * commits nothing ({@link StoreException.Reason#STALE}).
   */
  public final List<DedupeRow> dedupe = new ArrayList<>();

  private final Map<Integer, PartitionBatch> partitions = new TreeMap<>();

  /** The highest id used so far. */
  public long idFloor;

  /**
   * Partitions that this process owns no more once the batch is committed. It has no live rows of
   * theirs in memory, and later batches remove none.
   */
  public final Set<Integer> releases = new TreeSet<>();

  /** The epoch of the lease ({@link Lease#epoch}) when the batch was begun. */
  public long epoch;

  /** Returns the changes of a partition, to which more can be added. */
  public PartitionBatch in(int partition) {
    return partitions.computeIfAbsent(partition, PartitionBatch::new);
  }

  /** Returns the changes of all partitions that have any, by partition. */
  public List<PartitionBatch> partitions() {
    return partitions.values().stream().filter(changes -> !changes.isEmpty()).toList();
  }

  /** Returns the changes of settings that every process has in memory, in order. */
  public List<SettingChange.Replicated> replicated() {
    if (settings.isEmpty()) {
      return List.of();
    }
    List<SettingChange.Replicated> replicated = new ArrayList<>();
    for (SettingChange change : settings) {
      if (change instanceof SettingChange.Replicated one) {
        replicated.add(one);
      }
    }
    return replicated;
  }

  /**
   * Returns a name of this batch that no other one has, also of other processes. For a shared
   * store, which must recognize a batch with changes of settings that is committed again.
   */
  public UUID mark() {
    UUID present = mark;
    if (present == null) {
      present = UUID.randomUUID();
      mark = present;
    }
    return present;
  }

  /**
   * Returns whether the batch has rows for another owner. A shared store recognizes such a batch if
   * it is committed again ({@link #mark}), and then changes nothing: the owner may have removed its
   * rows already, which must not come back.
   */
  public boolean hasHandoffs() {
    for (PartitionBatch each : partitions.values()) {
      if (!each.handoffs.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Takes note of a try to commit. For a shared store.
   *
   * @return whether there was one before: the batch may be on disk, since it is committed again
   *     only if the result was unknown
   */
  public boolean noteTry() {
    boolean before = tried;
    tried = true;
    return before;
  }

  /**
   * Compares the version of the settings when the batch is written with the one that it was
   * prepared with. For a shared store, which calls this in the transaction that writes the batch.
   *
   * <p>A batch without changes of its own is compared until it was right once. If it is committed
   * again, because the result was unknown, it may be on disk already, whatever others have changed
   * since.
   *
   * @throws StoreException with {@link StoreException.Reason#STALE} if they differ
   */
  public void requireVersion(long present) {
    if (settingsVersion == ANY_VERSION || (versionSeen && replicated().isEmpty())) {
      return;
    }
    if (present != settingsVersion) {
      throw new StoreException(
          StoreException.Reason.STALE,
          "Another process has changed settings: they have version "
              + present
              + ", the batch was prepared with "
              + settingsVersion
              + "; read the changes and prepare it again",
          null);
    }
    versionSeen = true;
  }

  /**
   * Returns whether a stored key stands in the way of one that a batch stores: another process has
   * used it. For a shared store.
   */
  public boolean isTaken(DedupeRow stored, DedupeRow mine) {
    return stored.expires() > now
        && !(stored.message() == mine.message()
            && Arrays.equals(stored.hash(), mine.hash())
            && Arrays.equals(stored.answer(), mine.answer()));
  }

  /** Returns the number of changes. */
  public int size() {
    int size = settings.size() + dedupe.size() + releases.size();
    for (PartitionBatch each : partitions.values()) {
      size += each.size();
    }
    return size;
  }

  /** Returns whether the batch is empty. */
  public boolean isEmpty() {
    return size() == 0;
  }
}
