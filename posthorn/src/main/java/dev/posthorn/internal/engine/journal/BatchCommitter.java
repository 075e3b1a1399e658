package dev.posthorn.internal.engine.journal;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.base.Guard;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits batches, and deals with what the store says of them. A batch with an unknown result is
 * pending: it is committed again until the result is known. So is a batch on disk whose entries
 * were not all told. A rejected batch is halved until the bad entry stands alone. A batch that was
 * prepared without what others have changed since is prepared again. Owned by the writer.
 */
final class BatchCommitter {
  private static final Logger LOG = LoggerFactory.getLogger(BatchCommitter.class);
  private static final int MAX_TRIES = 8;

  private final Consumer<Batch> store;
  private final JournalTime time;
  private final JournalQueue queue;
  private final StoreAvailability availability;
  private final SettingsFollower follower;
  private final Guard guard;
  private final EntryCallbacks callbacks;
  private final JournalMeter meter = new JournalMeter();

  /** A batch that must be committed again, or that is on disk and not all were told. */
  private @Nullable JournalBatch pending;

  /**
   * Creates a committer.
   *
   * @param store makes a batch durable
   */
  BatchCommitter(
      Consumer<Batch> store,
      JournalTime time,
      JournalQueue queue,
      StoreAvailability availability,
      SettingsFollower follower,
      Guard guard) {
    this.store = store;
    this.time = time;
    this.queue = queue;
    this.availability = availability;
    this.follower = follower;
    this.guard = guard;
    this.callbacks = new EntryCallbacks(guard);
  }

  JournalMeter meter() {
    return meter;
  }

  /** Returns the batch that stops all others, or null. */
  @Nullable JournalBatch pending() {
    return pending;
  }

  boolean hasPending() {
    return pending != null;
  }

  /** Goes on with the pending batch, if there is one and it is time. */
  void resume() {
    JournalBatch again = pending;
    if (again == null || availability.pauses()) {
      return;
    }
    pending = null;
    if (again.isOnDisk()) {
      finish(again);
    } else {
      commit(again);
    }
  }

  /** Makes a batch durable and tells its entries. */
  void commit(JournalBatch batch) {
    long start = time.clock().nanoTime();
    try {
      batch.rows.idFloor = time.ids().last();
      // What a batch that writes nothing answers depends on the settings, too.
      if (!batch.rows.isEmpty() || follower.isNeeded()) {
        store.accept(batch.rows);
        availability.taken();
        if (availability.isRefusing()
            && batch.entries.stream().anyMatch(Journal.Entry::refusable)) {
          availability.refusableTaken();
        }
      }
    } catch (StoreException e) {
      notCommitted(batch, e);
      return;
    } catch (Throwable e) {
      guard.report("a commit", e);
      notCommitted(batch, JournalFailures.broken(e));
      return;
    }
    meter.committed(batch.entries.size(), time.clock().nanoTime() - start);
    finish(batch);
  }

  /** Commits an empty batch, to find out whether the store takes anything. */
  void probe() {
    Batch nothing = new Batch();
    nothing.idFloor = time.ids().last();
    try {
      store.accept(nothing);
      availability.taken();
    } catch (StoreException e) {
      switch (e.reason()) {
        case FENCED -> guard.fence(e);
        case LOST -> availability.taken(); // it answers, and there was nothing to write
        default -> availability.notTaken(e);
      }
    } catch (Throwable e) {
      guard.report("a commit", e);
      availability.notTaken(JournalFailures.broken(e));
    }
  }

  /** Applies what is on disk to memory, and notifies the entries. */
  private void finish(JournalBatch batch) {
    try {
      batch.finish();
    } catch (Throwable e) {
      guard.report("what follows a commit", e);
      availability.notTaken(JournalFailures.broken(e));
      pending = batch;
      if (availability.failures() >= MAX_TRIES) {
        guard.fail("What follows a commit", e);
      }
      return;
    }
    availability.taken();
    batch.entries.forEach(callbacks::posted);
  }

  private void notCommitted(JournalBatch batch, StoreException e) {
    if (e.reason() == StoreException.Reason.FENCED) {
      guard.fence(e); // first: what fails now must not be tried again
      batch.undo();
      fail(batch, e);
      return;
    }
    if (e.reason() == StoreException.Reason.STALE) {
      batch.undo();
      queue.pushPart(batch.entries);
      follower.fallBehind();
      return;
    }
    if (e.reason() == StoreException.Reason.LOST) {
      lost(batch, e);
      return;
    }
    boolean unknown = e.reason() == StoreException.Reason.UNKNOWN;
    batch.maybeOnDisk |= unknown;
    // Any other reason is about this try; an earlier one may have been written.
    if (unknown || (batch.maybeOnDisk && isCertain(e))) {
      availability.notTaken(e);
      pending = batch;
      return;
    }
    batch.undo();
    if (isCertain(e)) {
      refuse(batch.entries, e);
    } else if (e.reason() == StoreException.Reason.REJECTED && batch.entries.size() > 1) {
      queue.halve(batch.entries);
    } else {
      fail(batch, e);
    }
  }

  /**
   * Sends the entries of a batch back to be prepared again, as of now. If an earlier try may have
   * written them, they hear that nobody knows: what they removed may be another process's by now.
   */
  private void lost(JournalBatch batch, StoreException why) {
    availability.taken();
    batch.undo();
    if (batch.maybeOnDisk) {
      fail(batch, why);
      follower.fallBehind(); // if it is on disk, its settings are in the log
    } else {
      queue.pushPart(batch.entries);
    }
  }

  /** Returns whether nothing was written, for a reason that does not lie in the batch. */
  private static boolean isCertain(StoreException e) {
    return e.reason() != StoreException.Reason.UNKNOWN
        && e.reason() != StoreException.Reason.REJECTED
        && e.reason() != StoreException.Reason.CLOSED;
  }

  private void fail(JournalBatch batch, StoreException e) {
    if (e.reason() == StoreException.Reason.REJECTED) {
      LOG.error("Entry rejected by the store: {}", e.getMessage());
    }
    for (Journal.Entry entry : batch.entries) {
      callbacks.failed(
          entry,
          batch.maybeOnDisk
              ? JournalFailures.unknown(String.valueOf(e.getMessage()), e)
              : JournalFailures.refused(e));
    }
  }

  /**
   * Refuses what can be refused, also of the parts that were to come next; the rest is tried alone
   * at once, or later if that was tried.
   */
  private void refuse(List<Journal.Entry> entries, StoreException why) {
    List<Journal.Entry> all = new ArrayList<>(entries);
    all.addAll(queue.takeParts());
    List<Journal.Entry> rest = all.stream().filter(entry -> !entry.refusable()).toList();
    boolean alone = entries.stream().noneMatch(Journal.Entry::refusable);
    availability.refuse(why);
    if (alone) {
      availability.notTaken(why);
      queue.waitFirst(rest);
    } else {
      availability.probeFailed(why);
      if (rest.isEmpty()) {
        probe();
      } else {
        queue.pushPart(rest);
      }
    }
    for (Journal.Entry entry : all) {
      if (entry.refusable()) {
        callbacks.failed(entry, JournalFailures.refused(why));
      }
    }
  }

  /**
   * Gives up the pending batch: its entries hear that they may be on disk, unless they were told.
   *
   * @param doubt the reason for which nobody knows
   */
  void abandon(String doubt) {
    JournalBatch last = pending;
    pending = null;
    if (last == null) {
      return;
    }
    last.toldOf().forEach(callbacks::posted);
    StoreException cause = new StoreException(StoreException.Reason.UNKNOWN, doubt, null);
    PosthornException unknown = JournalFailures.unknown(doubt, cause);
    last.untold().forEach(entry -> callbacks.failed(entry, unknown));
  }
}
