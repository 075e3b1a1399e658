package dev.posthorn.internal.engine.journal;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.base.Guard;
import java.util.List;

/**
 * A turn of the writer: decides which entries are written next. While the store takes everything,
 * entries are written in the order of their arrival. After it refused a batch, what must be stored
 * comes first and alone, and the rest is refused without being tried, but for a probe now and then.
 * Owned by the writer.
 */
final class WriterTurn {
  private final JournalQueue queue;
  private final BatchPreparer preparer;
  private final BatchCommitter committer;
  private final StoreAvailability availability;
  private final EntryCallbacks callbacks;

  WriterTurn(
      JournalQueue queue,
      BatchPreparer preparer,
      BatchCommitter committer,
      StoreAvailability availability,
      Guard guard) {
    this.queue = queue;
    this.preparer = preparer;
    this.committer = committer;
    this.availability = availability;
    this.callbacks = new EntryCallbacks(guard);
  }

  /** Writes what there is; returns whether nothing is pending. */
  boolean write() {
    committer.resume();
    writeParts();
    if (!committer.hasPending()) {
      if (availability.isRefusing()) {
        writeWhatMust();
      } else {
        writeArrivals();
      }
    }
    if (committer.hasPending()) {
      tellDoubts();
      return false;
    }
    return true;
  }

  private void write(List<Journal.Entry> entries) {
    JournalBatch batch = preparer.prepare(entries);
    if (batch != null) {
      committer.commit(batch);
    }
  }

  /** Writes the parts of a batch that was not taken whole, unless the result of one is unknown. */
  private void writeParts() {
    while (!committer.hasPending() && queue.hasParts()) {
      write(queue.popPart());
    }
  }

  private void writeArrivals() {
    List<Journal.Entry> entries = queue.nextBatch();
    if (!entries.isEmpty()) {
      write(entries);
      writeParts();
    }
  }

  /** Writes all that must be stored, alone, then probes with something that can be refused. */
  private void writeWhatMust() {
    List<Journal.Entry> refusable = queue.sortArrivals();
    if (!availability.pauses()) {
      if (queue.hasWaiting()) {
        write(queue.nextWaiting());
        writeParts();
      } else if (!availability.takesOutcomes()) {
        committer.probe();
      }
    }
    for (int i = 0; i < refusable.size(); i++) {
      if (!availability.isRefusing() && !committer.hasPending()) {
        List<Journal.Entry> next = JournalQueue.firstOf(refusable.subList(i, refusable.size()));
        queue.pushPart(next);
        i += next.size() - 1;
        writeParts();
      } else {
        probe(refusable.get(i));
      }
    }
  }

  /** Tries an entry that can be refused, if it is time for that; else refuses it. */
  private void probe(Journal.Entry entry) {
    if (!committer.hasPending() && availability.mayProbe()) {
      write(List.of(entry));
      writeParts();
    } else {
      callbacks.failed(entry, availability.refusal());
    }
  }

  /** Tells entries that have waited for long for an unknown result; new ones need not wait. */
  private void tellDoubts() {
    JournalBatch unknown = committer.pending();
    if (unknown == null || !availability.failsForLong()) {
      return;
    }
    PosthornException why = availability.doubt();
    for (Journal.Entry entry : unknown.doubtful()) {
      callbacks.doubtful(entry, why);
    }
    for (Journal.Entry entry : queue.sortArrivals()) {
      callbacks.failed(entry, availability.refusal());
    }
  }

  /** Returns whether another turn has nothing to do before {@link StoreAvailability#waitNanos}. */
  boolean mustWait() {
    return committer.hasPending()
        || (availability.isRefusing() && (queue.hasWaiting() || !availability.takesOutcomes()));
  }

  /** Returns whether arrivals can be dealt with in another turn. */
  boolean hasWork() {
    return !committer.hasPending() && queue.hasArrivals();
  }

  /**
   * Fails everything: nothing is written any more.
   *
   * @param why passed to entries that were certainly not written
   * @param doubt the reason for which nobody knows what was written of the last batch
   */
  void failAll(PosthornException why, String doubt) {
    committer.abandon(doubt);
    List<Journal.Entry> all = queue.takeAll();
    availability.end();
    all.forEach(entry -> callbacks.failed(entry, why));
  }
}
