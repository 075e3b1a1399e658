package dev.posthorn.spi.store;

import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.HandoffRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.PayloadEnd;
import java.util.ArrayList;
import java.util.List;

/**
 * The changes of a {@link Batch} in one partition: messages, deliveries and attempts of its
 * applications.
 *
 * <p>Not thread-safe; the writer builds and reads it.
 */
public final class PartitionBatch {
  private final int partition;

  PartitionBatch(int partition) {
    this.partition = partition;
  }

  /** Rows that leave {@code hot}. */
  public final List<LiveRow> hotRemovals = new ArrayList<>();

  /** Rows that leave {@code parked}, by {@link LiveRow#parkedKey()} and endpoint. */
  public final List<LiveRow> parkedRemovals = new ArrayList<>();

  /** New messages. */
  public final List<MessageRow> messages = new ArrayList<>();

  /** Rows that enter {@code hot}. */
  public final List<LiveRow> hot = new ArrayList<>();

  /** Rows that enter {@code parked}, or replace the one with the same key. */
  public final List<LiveRow> parked = new ArrayList<>();

  /**
   * New attempts. Their ids grow within the batch and from batch to batch, and each is greater than
   * that of its message.
   */
  public final List<AttemptRow> attempts = new ArrayList<>();

  /**
   * Ids of messages whose payloads the store removes permanently soon after the commit, also from
   * the parts of its files that hold no rows; see {@link MessageRow#expunged}. Unknown ids are
   * ignored.
   */
  public final List<Long> expungedMessages = new ArrayList<>();

  /** Payloads to remove permanently at a future time. */
  public final List<PayloadEnd> payloadEnds = new ArrayList<>();

  /** Ids of attempts whose excerpts are removed permanently. */
  public final List<Long> expungedAttempts = new ArrayList<>();

  /**
   * New rows that tell the owner of the partition about changes in this batch. Only of a process
   * that does not own it, and only in a store that is shared ({@link Store#isShared}).
   */
  public final List<HandoffRow> handoffs = new ArrayList<>();

  /** Ids of handoffs that the owner of the partition has taken in. */
  public final List<Long> handoffRemovals = new ArrayList<>();

  /** Returns the partition. */
  public int partition() {
    return partition;
  }

  /** Removes a live row from the table that holds it. */
  public void remove(LiveRow row) {
    (row.place() == LiveRow.QueueState.HOT ? hotRemovals : parkedRemovals).add(row);
  }

  /** Returns whether there are no changes. */
  public boolean isEmpty() {
    return size() == 0;
  }

  /** Returns the number of changes. */
  public int size() {
    return hotRemovals.size()
        + parkedRemovals.size()
        + messages.size()
        + hot.size()
        + parked.size()
        + attempts.size()
        + expungedMessages.size()
        + payloadEnds.size()
        + expungedAttempts.size()
        + handoffs.size()
        + handoffRemovals.size();
  }
}
