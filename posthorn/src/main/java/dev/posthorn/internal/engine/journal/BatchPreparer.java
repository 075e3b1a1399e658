package dev.posthorn.internal.engine.journal;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.base.Guard;
import dev.posthorn.internal.id.IdSequence;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Lease;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes a batch of entries. An entry that cannot be prepared fails alone; the others are prepared
 * again if it left something in the batch. Owned by the writer.
 */
final class BatchPreparer {
  private final Store store;
  private final SettingsFollower follower;
  private final JournalTime time;
  private final JournalQueue queue;
  private final Guard guard;
  private final EntryCallbacks callbacks;
  private final Consumer<Journal.Entry> retry;

  /**
   * Creates a preparer.
   *
   * @param follower knows whether memory has what others have committed
   * @param retry submits an entry once more, a little later
   */
  BatchPreparer(
      Store store,
      SettingsFollower follower,
      JournalTime time,
      JournalQueue queue,
      Guard guard,
      Consumer<Journal.Entry> retry) {
    this.store = store;
    this.follower = follower;
    this.time = time;
    this.queue = queue;
    this.guard = guard;
    this.callbacks = new EntryCallbacks(guard);
    this.retry = retry;
  }

  /** Returns a batch for entries; or null if none is left, or they are in the queue in parts. */
  @Nullable JournalBatch prepare(List<Journal.Entry> entries) {
    JournalBatch batch = begin(entries);
    if (batch == null) {
      return null;
    }
    for (int i = 0; i < entries.size(); i++) {
      Journal.Entry entry = entries.get(i);
      batch.beginEntry();
      try {
        entry.prepare(batch);
        batch.entries.add(entry);
        continue;
      } catch (PosthornException e) {
        if (!refuse(entry, e, batch)) {
          queue.pushPart(without(batch, entries.subList(i, entries.size())));
          return null;
        }
      } catch (StoreException e) {
        if (e.reason() == StoreException.Reason.FENCED) {
          guard.fence(e);
        }
        // Only a read failed, but whether the rows are right is not known.
        notPrepared(entry, JournalFailures.refused(e), false);
      } catch (Throwable e) {
        guard.report("preparing an entry for the store", e);
        if (e instanceof VirtualMachineError && entries.size() > 1) {
          queue.halve(without(batch, entries.subList(i, entries.size())));
          return null;
        }
        notPrepared(entry, JournalFailures.refused(JournalFailures.broken(e)), false);
      }
      if (batch.hasGrown()) {
        // What it put into the batch must not be written: the others are prepared again.
        List<Journal.Entry> others = without(batch, entries.subList(i + 1, entries.size()));
        if (!others.isEmpty()) {
          queue.pushPart(others);
        }
        return null;
      }
    }
    return batch.entries.isEmpty() ? null : batch;
  }

  /**
   * Fails an entry that can never be prepared. Returns false, and does nothing, if it may be
   * possible with what others have changed: somebody may have created what it does not find here.
   */
  private boolean refuse(Journal.Entry entry, PosthornException why, JournalBatch batch) {
    boolean current;
    try {
      current = batch.settingsCurrent || follower.isCurrent();
    } catch (StoreException e) {
      notPrepared(entry, JournalFailures.refused(e), false);
      return true;
    } catch (Throwable e) {
      guard.report("preparing an entry for the store", e);
      notPrepared(entry, JournalFailures.refused(JournalFailures.broken(e)), false);
      return true;
    }
    if (!current) {
      follower.fallBehind();
      return false;
    }
    batch.settingsCurrent = true;
    notPrepared(entry, why, true);
    return true;
  }

  /** Returns an empty batch for entries; or null, with the entries halved or failed. */
  private @Nullable JournalBatch begin(List<Journal.Entry> entries) {
    try {
      JournalBatch batch =
          new JournalBatch(
              new Batch(), ids(), store.forWriter(), follower.memory(), time, follower.isNeeded());
      batch.rows.epoch = store.lease().epoch();
      entries.forEach(entry -> batch.expect(entry.keys()));
      return batch;
    } catch (Throwable e) {
      guard.report("the beginning of a batch", e);
      if (entries.size() > 1) {
        queue.halve(entries);
      } else {
        notPrepared(entries.getFirst(), JournalFailures.refused(JournalFailures.broken(e)), false);
      }
      return null;
    }
  }

  /** Returns the ids, which are from the slot that this process has now. */
  private IdSequence ids() {
    IdSequence ids = time.ids();
    Lease.Slot slot = store.lease().slot();
    ids.use(slot.number());
    time.continueAfter(slot.after());
    return ids;
  }

  /** Undoes a batch; returns its entries and some more. */
  private static List<Journal.Entry> without(JournalBatch batch, List<Journal.Entry> more) {
    batch.undo();
    List<Journal.Entry> others = new ArrayList<>(batch.entries);
    others.addAll(more);
    return others;
  }

  /**
   * Fails an entry that could not be prepared, or tries it again.
   *
   * @param forGood whether it never can be
   */
  private void notPrepared(Journal.Entry entry, PosthornException why, boolean forGood) {
    if (forGood || entry.refusable()) {
      callbacks.failed(entry, why);
    } else {
      retry.accept(entry);
    }
  }
}
