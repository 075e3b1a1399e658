package dev.posthorn.spi.store;

import java.util.ArrayList;
import java.util.List;

/**
 * All changes that one commit makes durable.
 *
 * <p>A store applies the lists in the order of the fields: settings first, then removals of live
 * rows, then new rows; removal of payloads and excerpts follows at once or later. A batch never
 * removes a live row that it adds, except that a parked row may be replaced by one with the same
 * key. Applying a list twice has the same effect as applying it once: inserts of existing rows are
 * ignored (settings and parked rows: replaced), and removals of missing rows do nothing.
 *
 * <p>Not thread-safe; the writer builds and reads it.
 */
public final class Batch {
  /** Creates an empty batch. */
  public Batch() {}

  /** Changes of settings, in order. */
  public final List<SettingChange> settings = new ArrayList<>();

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

  /** New attempts. Their ids grow within the batch and from batch to batch. */
  public final List<AttemptRow> attempts = new ArrayList<>();

  /**
   * Deduplication keys to store. If a key is stored already, it is replaced if the new row expires
   * later.
   */
  public final List<DedupeRow> dedupe = new ArrayList<>();

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

  /** The highest id used so far. */
  public long idFloor;

  /** Removes a live row from the table that holds it. */
  public void remove(LiveRow row) {
    (row.place() == LiveRow.QueueState.HOT ? hotRemovals : parkedRemovals).add(row);
  }

  /** Returns the number of changes. */
  public int size() {
    return settings.size()
        + hotRemovals.size()
        + parkedRemovals.size()
        + messages.size()
        + hot.size()
        + parked.size()
        + attempts.size()
        + dedupe.size()
        + expungedMessages.size()
        + payloadEnds.size()
        + expungedAttempts.size();
  }

  /** Returns whether the batch is empty. */
  public boolean isEmpty() {
    return size() == 0;
  }
}
