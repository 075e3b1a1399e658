package dev.posthorn.internal.engine.journal;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.base.Guard;
import dev.posthorn.spi.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

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
  private final SettingsFollower follower;
  private final Guard guard;
  private final EntryCallbacks callbacks;

  /** Tasks that wait until nothing is prepared that is not told. Any thread adds. */
  private final ConcurrentLinkedQueue<Runnable> between = new ConcurrentLinkedQueue<>();

  /** The same, after a look at what others have changed. Any thread adds. */
  private final ConcurrentLinkedQueue<Runnable> current = new ConcurrentLinkedQueue<>();

  /** Tasks that wait for a look that has begun. */
  private final List<Runnable> looking = new ArrayList<>();

  /** True after what others have changed could not be read, or not be applied. */
  private boolean followFailed;

  WriterTurn(
      JournalQueue queue,
      BatchPreparer preparer,
      BatchCommitter committer,
      StoreAvailability availability,
      SettingsFollower follower,
      Guard guard) {
    this.queue = queue;
    this.preparer = preparer;
    this.committer = committer;
    this.availability = availability;
    this.follower = follower;
    this.guard = guard;
    this.callbacks = new EntryCallbacks(guard);
  }

  /** Writes what there is; returns whether nothing is pending. */
  boolean write() {
    committer.resume();
    if (!isBlocked()) {
      follow();
    }
    writeParts();
    if (!isBlocked()) {
      if (!queue.hasParts()) {
        runBetween();
      }
      if (availability.isRefusing()) {
        writeWhatMust();
      } else {
        writeArrivals();
      }
    }
    if (isBlocked()) {
      tellDoubts();
      return false;
    }
    return true;
  }

  /** Returns whether nothing can be written before something else is known. */
  private boolean isBlocked() {
    return committer.hasPending() || mustFollowLater();
  }

  /**
   * Returns whether what others have changed could not be read, and it is too early to try again.
   */
  private boolean mustFollowLater() {
    return follower.isBehind() && followFailed && availability.pauses();
  }

  /** Applies what others have changed, if anything; returns whether memory is no longer behind. */
  private boolean follow() {
    while (follower.isBehind() && !mustFollowLater()) {
      try {
        follower.catchUp();
        if (followFailed) { // else a pause is about commits
          followFailed = false;
          availability.taken();
        }
      } catch (StoreException e) {
        followFailed = true;
        availability.notTaken(e);
      } catch (Throwable e) {
        guard.report("following what others have changed", e);
        followFailed = true;
        availability.notTaken(JournalFailures.broken(e));
      }
    }
    return !follower.isBehind();
  }

  /** Adds a task to run between two batches. Any thread may call it. */
  void between(Runnable task) {
    between.add(task);
  }

  /**
   * Adds a task to run between two batches, when memory has all settings that others have committed
   * by now. Any thread may call it.
   */
  void current(Runnable task) {
    current.add(task);
  }

  /**
   * Runs what waits. A task that needs a look must not overtake one that was added before it, such
   * as the end of a partition that begins again.
   */
  private void runBetween() {
    for (Runnable task; (task = current.poll()) != null; ) {
      looking.add(task);
    }
    for (Runnable task; (task = between.poll()) != null; ) {
      guard.run("a task between two batches", task);
    }
    runCurrent();
  }

  /** One look is enough for all tasks that came before it. */
  private void runCurrent() {
    if (looking.isEmpty()) {
      return;
    }
    if (follower.isNeeded()) {
      follower.fallBehind();
    }
    if (follow()) {
      List<Runnable> tasks = List.copyOf(looking);
      looking.clear();
      tasks.forEach(task -> guard.run("a task between two batches", task));
    }
  }

  /** Writes entries; if memory is behind since the last batch, and stays so, they wait. */
  private void write(List<Journal.Entry> entries) {
    if (!follow()) {
      queue.pushPart(entries);
      return;
    }
    JournalBatch batch = preparer.prepare(entries);
    if (batch != null) {
      committer.commit(batch);
    }
  }

  /** Writes the parts of a batch that was not taken whole, unless the result of one is unknown. */
  private void writeParts() {
    while (!committer.hasPending() && queue.hasParts() && follow()) {
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
    if (!availability.failsForLong()) {
      return;
    }
    JournalBatch unknown = committer.pending();
    if (unknown != null) {
      PosthornException why = availability.doubt();
      for (Journal.Entry entry : unknown.doubtful()) {
        callbacks.doubtful(entry, why);
      }
    } else {
      refuseParts();
    }
    for (Journal.Entry entry : queue.sortArrivals()) {
      callbacks.failed(entry, availability.refusal());
    }
  }

  /** Refuses what can be refused of a batch that must be prepared again, and the rest waits. */
  private void refuseParts() {
    List<Journal.Entry> rest = new ArrayList<>();
    for (Journal.Entry entry : queue.takeParts()) {
      if (entry.refusable()) {
        callbacks.failed(entry, availability.refusal());
      } else {
        rest.add(entry);
      }
    }
    queue.waitFirst(rest);
  }

  /** Returns whether another turn has nothing to do before {@link StoreAvailability#waitNanos}. */
  boolean mustWait() {
    return isBlocked()
        || (availability.isRefusing() && (queue.hasWaiting() || !availability.takesOutcomes()));
  }

  /** Returns whether something can be dealt with in another turn. */
  boolean hasWork() {
    return !isBlocked() && (queue.hasArrivals() || queue.hasParts() || hasTasks());
  }

  /** Returns whether that is more than what has arrived since the last turn. */
  boolean hasLeft() {
    return queue.hasLeft() || queue.hasParts() || hasTasks();
  }

  private boolean hasTasks() {
    return !between.isEmpty() || !current.isEmpty() || !looking.isEmpty();
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
