package dev.posthorn.spi.store.reads;

import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.CancelMark;
import dev.posthorn.spi.store.rows.HandoffRow;
import dev.posthorn.spi.store.rows.LaneStateRow;
import dev.posthorn.spi.store.rows.LiveRow;
import java.util.List;

/**
 * The reads of a set of partitions of a {@link Store}: everything that an owner of these partitions
 * holds in memory.
 *
 * <p>The number of reads depends on the number of rows, not on that of the partitions. Rows are in
 * the order of their partitions, then of their keys; a page has at most {@code limit} of them,
 * which must be positive, and bounds the work. The methods may be called from any thread, may
 * block, and see every commit that returned before the call. Each may throw {@link StoreException}.
 */
public interface PartitionScan {

  /** Returns rows of {@code hot}, by id. */
  ScanPage<LiveRow> hot(ScanKey after, int limit);

  /**
   * Returns the first parked row of each endpoint that has one, by endpoint. The backlog does not
   * matter.
   */
  ScanPage<LiveRow> parkedHeads(ScanKey after, int limit);

  /**
   * Returns rows of {@code parked} whose deadline is before a time, ordered by partition, then by
   * deadline. {@code limit} bounds the work; the backlog does not matter.
   */
  List<PartitionRow<LiveRow>> parkedBefore(long deadline, int limit);

  /** Returns cancellations in force, by message and endpoint. */
  ScanPage<CancelMark> cancelMarks(ScanKey after, int limit);

  /**
   * Returns the first handoffs, by partition and id. There is no position to go on from: rows that
   * are committed late may have small ids, so whoever takes rows in removes them and reads again.
   * Always empty in a store that is not shared ({@link Store#isShared}).
   */
  default List<PartitionRow<HandoffRow>> handoffs(int limit) {
    return List.of();
  }

  /**
   * Returns those of the deliveries of some handoffs that still wait in {@code parked}, in the
   * order of the handoffs. The first delivery of each handoff comes with its message, as far as all
   * bodies up to there fit.
   *
   * @param handoffs rows of these partitions, of the kind {@link HandoffRow.Kind#DELIVERIES}
   * @param maxBytes the most bytes of all bodies together
   */
  default List<PartitionRow<HandedOff>> handedOff(
      List<PartitionRow<HandoffRow>> handoffs, long maxBytes) {
    return List.of();
  }

  /** Returns applications, by id. */
  ScanPage<ApplicationRow> applications(ScanKey after, int limit);

  /** Returns endpoints, by id, with all their secrets. */
  ScanPage<StoredEndpoint> endpoints(ScanKey after, int limit);

  /** Returns the lane states of endpoints, by endpoint. */
  ScanPage<LaneStateRow> laneStates(ScanKey after, int limit);

  /** Returns whether any endpoint has a secret. */
  boolean hasSecrets();
}
