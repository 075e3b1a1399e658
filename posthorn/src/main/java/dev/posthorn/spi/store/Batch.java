package dev.posthorn.spi.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
  /** Creates an empty batch. */
  public Batch() {}

  /** Changes of settings, in order. */
  public final List<SettingChange> settings = new ArrayList<>();

  /**
   * Deduplication keys to store. If a key is stored already, it is replaced if the new row expires
   * later.
   */
  public final List<DedupeRow> dedupe = new ArrayList<>();

  private final Map<Integer, PartitionBatch> partitions = new TreeMap<>();

  /** The highest id used so far. */
  public long idFloor;

  /** Returns the changes of a partition, to which more can be added. */
  public PartitionBatch in(int partition) {
    return partitions.computeIfAbsent(partition, PartitionBatch::new);
  }

  /** Returns the changes of all partitions that have any, by partition. */
  public List<PartitionBatch> partitions() {
    return partitions.values().stream().filter(changes -> !changes.isEmpty()).toList();
  }

  /** Returns the number of changes. */
  public int size() {
    int size = settings.size() + dedupe.size();
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
