package dev.posthorn.internal.engine.journal;

import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.rows.LiveRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The live rows of one partition as of a batch in the making. Owned by the writer. */
final class BatchRows {
  private final PartitionBatch rows;
  private final PartitionReads store;

  /** Live rows of the store, by message and endpoint. */
  private final Map<List<Long>, List<LiveRow>> stored = new HashMap<>();

  private final Set<LiveRow> removed = new HashSet<>();
  private final Map<Long, List<LiveRow>> added = new HashMap<>();

  /** The number of rows of each list of the batch that the two above contain. */
  private final int[] indexed = new int[4];

  BatchRows(PartitionBatch rows, PartitionReads store) {
    this.rows = rows;
    this.store = store;
  }

  /** Returns those of a message for one endpoint, or for all (0); the store is asked once. */
  List<LiveRow> live(long message, long endpoint) {
    index();
    List<LiveRow> now = new ArrayList<>();
    for (LiveRow row : added.getOrDefault(message, List.of())) {
      if (endpoint == 0 || row.endpoint() == endpoint) {
        now.add(row);
      }
    }
    for (LiveRow row : stored.computeIfAbsent(List.of(message, endpoint), this::read)) {
      if (!removed.contains(row)) {
        now.add(row);
      }
    }
    return now;
  }

  private List<LiveRow> read(List<Long> key) {
    long endpoint = key.getLast();
    return endpoint == 0 ? store.live(key.getFirst()) : store.live(key.getFirst(), endpoint);
  }

  private void index() {
    indexed[0] = removed(rows.hotRemovals, indexed[0]);
    indexed[1] = removed(rows.parkedRemovals, indexed[1]);
    indexed[2] = added(rows.hot, indexed[2]);
    indexed[3] = added(rows.parked, indexed[3]);
  }

  private int removed(List<LiveRow> list, int from) {
    removed.addAll(list.subList(from, list.size()));
    return list.size();
  }

  private int added(List<LiveRow> list, int from) {
    for (LiveRow row : list.subList(from, list.size())) {
      added.computeIfAbsent(row.message(), message -> new ArrayList<>(1)).add(row);
    }
    return list.size();
  }
}
