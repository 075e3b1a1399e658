package dev.posthorn.spi.store;

import java.util.ArrayList;
import java.util.List;

/**
 * Everything that one commit makes durable.
 *
 * <p>A store applies the lists in the order of the fields: settings first, then removals of live
 * rows, then new rows, then what is expunged, at once or later. A batch never removes a live row
 * that it adds, except that a parked row may be replaced by one with the same key. Every list is
 * applied so that applying it twice is the same as once: inserts of rows that exist are ignored
 * (settings and parked rows: replaced), removals of rows that do not exist do nothing.
 *
 * <p>Not thread-safe; built and read by the writer.
 */
public final class Batch {
  /** Creates an empty batch. */
  public Batch() {}

  /** Changes of settings, in order. */
  public final List<SettingChange> settings = new ArrayList<>();

  /** Ids of rows that leave {@code hot}. */
  public final List<LiveRow> unhot = new ArrayList<>();

  /** Rows that leave {@code parked}, by {@link LiveRow#parkedKey()} and endpoint. */
  public final List<LiveRow> unparked = new ArrayList<>();

  /** New messages. */
  public final List<MessageRow> messages = new ArrayList<>();

  /** Rows that enter {@code hot}. */
  public final List<LiveRow> hot = new ArrayList<>();

  /** Rows that enter {@code parked}, or replace the one with the same key. */
  public final List<LiveRow> parked = new ArrayList<>();

  /** New attempts. Their ids grow within the batch and from batch to batch. */
  public final List<AttemptRow> attempts = new ArrayList<>();

  /** Keys to remember. One that is remembered already is replaced if the new one expires later. */
  public final List<DedupeRow> dedupe = new ArrayList<>();

  /**
   * Ids of messages whose payloads are removed for good, also from what the store's files hold
   * beside its rows, soon after the commit; see {@link MessageRow#expunged}. Ids of none are
   * ignored.
   */
  public final List<Long> expungedMessages = new ArrayList<>();

  /** Payloads that are to be removed for good at a time to come. */
  public final List<PayloadEnd> payloadEnds = new ArrayList<>();

  /** Ids of attempts whose excerpts are removed for good. */
  public final List<Long> expungedAttempts = new ArrayList<>();

  /** The highest id used so far. */
  public long idFloor;

  /** Removes a live row from the table that it is in. */
  public void remove(LiveRow row) {
    (row.place() == LiveRow.QueueState.HOT ? unhot : unparked).add(row);
  }

  /** Returns how many changes there are in it. */
  public int size() {
    return settings.size()
        + unhot.size()
        + unparked.size()
        + messages.size()
        + hot.size()
        + parked.size()
        + attempts.size()
        + dedupe.size()
        + expungedMessages.size()
        + payloadEnds.size()
        + expungedAttempts.size();
  }

  /** Returns whether there is nothing to commit. */
  public boolean isEmpty() {
    return size() == 0;
  }
}
