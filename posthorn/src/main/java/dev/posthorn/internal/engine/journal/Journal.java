package dev.posthorn.internal.engine.journal;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.engine.base.Guard;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.rows.DedupeKey;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only writer of the store: gathers the entries that arrive while the last commit runs and
 * writes them in the next one. Messages, outcomes and changes of settings share commits. Outcomes
 * alone, for which nobody waits, linger for some milliseconds first.
 *
 * <p>Each entry adds its rows to a batch ({@link Entry#prepare}), and hears once the batch is on
 * disk ({@link Entry#committed}) or that its rows will never be ({@link Entry#failed}). {@link
 * WriterTurn} decides which entries come next, {@link BatchPreparer} makes batches of them, and
 * {@link BatchCommitter} deals with the results of commits.
 *
 * <p>Danger: an entry is prepared again, from scratch, if the store did not take its batch; and
 * {@link Entry#committed} runs on the writer, so it must not block.
 */
public class Journal {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final long LATER_NANOS = 1_000_000_000;
  private static final long CLOSE_SECONDS = 1;

  private final Loop writer;
  private final Guard guard;
  private final JournalTime time;
  private final JournalQueue queue = new JournalQueue();
  private final StoreAvailability availability;
  private final BatchCommitter committer;
  private final SettingsFollower follower;
  private final WriterTurn turns;
  private final StoreUpkeep upkeep;
  private final EntryCallbacks callbacks;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final AtomicBoolean lingering = new AtomicBoolean();

  /** An entry that does not linger has arrived since the last turn began. */
  private volatile boolean urgent;

  private volatile boolean closed;

  /** The next turn after a pause. Owned by the writer. */
  private Loop.@Nullable Timer timer;

  /** An entry: a unit of work to be made durable. */
  public interface Entry {
    /** Returns the keys that it will ask for: those of a batch are looked up together. */
    default List<DedupeKey> keys() {
      return List.of();
    }

    /**
     * Adds rows to a batch. May read the store.
     *
     * @throws PosthornException if there is nothing to write for it after all; the entry fails with
     *     it, alone
     */
    void prepare(JournalBatch batch);

    /** Its rows are on disk. Called again if it throws, so it must do the same once more. */
    void committed(JournalBatch batch);

    /**
     * The tasks that {@link #committed} posts are in their mailboxes. Whoever waits may be told:
     * the callers' next steps come after those tasks.
     */
    default void posted() {}

    /**
     * Reports that it has been unknown for long whether the entry's rows are on disk. {@link
     * #committed} or {@link #failed} may still follow.
     */
    default void doubtful(PosthornException why) {}

    /** Nothing of it was, or will be, written. */
    void failed(PosthornException why);

    /** Returns whether somebody waits who can be told to try again later. */
    boolean refusable();

    /** Returns its size, which a batch has a bound of: about its rows plus its payload in KiB. */
    default int weight() {
      return 1;
    }

    /**
     * Returns what has pages of its own in the store that this entry writes to, or null. Entries
     * with the same one share pages.
     */
    default @Nullable Object page() {
      return null;
    }

    /** Returns the application that it belongs to; 0 if it is one of the settings. */
    default long application() {
      return 0;
    }

    /**
     * Returns whether nobody waits for it, so that it may wait for others to share its commit: a
     * commit costs about as much for one as for ten. It waits for {@link Loop#SOON_NANOS}, or until
     * an entry comes that does not linger.
     */
    default boolean lingers() {
      return false;
    }

    /** Returns whether it must be written after everything that was submitted before it. */
    default boolean comesLast() {
      return false;
    }
  }

  /**
   * Creates a journal.
   *
   * @param settings follow what is committed
   */
  public Journal(
      EngineRuntime runtime, Guard guard, SettingsMemory settings, long retentionMillis) {
    this(
        runtime,
        guard,
        settings,
        retentionMillis,
        new WallTime(runtime.clock(), Ids.timeOf(runtime.store().idFloor())));
  }

  @SuppressWarnings("this-escape") // commit is called from the first turn on
  public Journal(
      EngineRuntime runtime,
      Guard guard,
      SettingsMemory settings,
      long retentionMillis,
      WallTime wall) {
    Store store = runtime.store();
    this.writer = runtime.scheduler().writer();
    this.guard = guard;
    this.callbacks = new EntryCallbacks(guard);
    this.time = JournalTime.of(runtime.clock(), wall, store);
    this.availability = new StoreAvailability(time.clock(), guard.condition());
    this.follower = new SettingsFollower(store, settings, time);
    this.committer =
        new BatchCommitter(
            batch -> commit(store, batch), time, queue, availability, follower, guard);
    BatchPreparer preparer =
        new BatchPreparer(store, follower, time, queue, guard, this::submitLater);
    this.turns = new WriterTurn(queue, preparer, committer, availability, follower, guard);
    this.upkeep = new StoreUpkeep(store, time, retentionMillis, guard);
  }

  /** Submits an entry. Any thread may call it. */
  public void submit(Entry entry) {
    queue.add(entry);
    if (closed) {
      failArrivals();
    } else if (entry.lingers()) {
      linger();
    } else {
      urgent = true;
      wake();
    }
  }

  /**
   * Runs a task on the writer between two batches: no entry is prepared that was not told of its
   * end. While the result of a commit is unknown, the task waits. Any thread may call it.
   */
  public final void between(Runnable task) {
    turns.between(task);
    wake();
  }

  /**
   * Runs a task as {@link #between} does, after memory has all settings that other processes have
   * committed by now. Any thread may call it.
   */
  public final void current(Runnable task) {
    turns.current(task);
    wake();
  }

  private void submitLater(Entry entry) {
    writer.schedule(LATER_NANOS, () -> submit(entry));
  }

  /** Looks from now on whether other processes change settings, if any may. Writer only. */
  public final void follow() {
    if (follower.isNeeded() && !closed && !guard.condition().hasFailed()) {
      follower.fallBehind();
      wake();
      writer.schedule(follower.pauseNanos(), this::follow);
    }
  }

  /** Gives only ids and times that are not before an id of another process. Writer only. */
  public final void continueAfter(long id) {
    time.continueAfter(id);
  }

  /** Makes a batch durable. */
  public void commit(Store store, Batch batch) {
    store.commit(batch);
  }

  /** Stores the time that the next start resumes from, and gives upkeep a turn. Writer only. */
  public final void keepTime() {
    if (time.isNews()) {
      submit(new TimeEntry(time.retention()));
    } else {
      wake();
    }
  }

  /** Returns the time that deadlines go by. */
  public final WallTime wall() {
    return time.wall();
  }

  /** Returns the time that retention goes by. Writer only. */
  public final RetentionTime retention() {
    return time.retention();
  }

  /** Returns the time that ids and due times are given in. */
  public final SteadyTime time() {
    return time.steady();
  }

  public final JournalMeter meter() {
    return committer.meter();
  }

  // ---- turns ---------------------------------------------------------------------------------

  /** Gives the writer a turn. Any thread may call it. */
  public final void wake() {
    if (scheduled.compareAndSet(false, true)) {
      try {
        writer.execute(this::turn);
      } catch (Throwable e) { // the next one tries again
        scheduled.set(false);
        guard.report("waking the writer", e);
      }
    }
  }

  /** Gives the writer a turn a little later, unless it has one anyway. Any thread may call it. */
  private void linger() {
    if (!scheduled.get() && lingering.compareAndSet(false, true)) {
      try {
        writer.executeSoon(
            () -> {
              lingering.set(false);
              wake();
            });
      } catch (Throwable e) { // the next one tries again
        lingering.set(false);
        guard.report("waking the writer", e);
      }
    }
  }

  private void turn() {
    if (closed) {
      return;
    }
    urgent = false; // before the queue is looked at: whatever comes from now on sets it again
    boolean moreUpkeep = false;
    try {
      moreUpkeep = !guard.condition().hasFailed() && work();
    } catch (Throwable e) {
      guard.fail("The bookkeeping of the writer", e);
    }
    if (guard.condition().hasFailed()) {
      guard.runForeign(
          "telling all that nothing is stored any more",
          () -> turns.failAll(availability.refusal(), guard.condition().trouble().orElse("")));
    }
    rest(moreUpkeep);
  }

  /** Writes what there is; returns whether upkeep needs another turn soon. */
  private boolean work() {
    return turns.write() && upkeep.run(!queue.hasArrivals() && !queue.hasWaiting());
  }

  /** Plans the next turn. */
  private void rest(boolean moreUpkeep) {
    try {
      if (turns.mustWait()) {
        turnAfter(availability.waitNanos());
      } else if (queue.hasWaiting()) {
        writer.execute(this::turn);
        return;
      }
      if (turns.hasWork() && isUrgent()) {
        writer.execute(this::turn);
        return;
      }
      if (moreUpkeep) {
        writer.schedule(StoreUpkeep.PAUSE_NANOS, this::wake);
      }
    } catch (Throwable e) {
      guard.report("planning the next turn of the writer", e);
    }
    scheduled.set(false);
    if (turns.hasWork()) {
      if (isUrgent()) {
        wake();
      } else {
        linger();
      }
    }
  }

  /** Returns whether what waits must not wait longer. */
  private boolean isUrgent() {
    return urgent || turns.hasLeft();
  }

  private void turnAfter(long nanos) {
    if (timer != null) {
      timer.cancel();
    }
    timer =
        writer.schedule(
            nanos,
            () -> {
              timer = null;
              wake();
            });
  }

  // ---- the end -------------------------------------------------------------------------------

  /** Ends upkeep of the store; entries are still written. */
  public final void stopUpkeep() {
    upkeep.stop();
  }

  /**
   * Writes nothing from now on; returns when the last commit has ended, after a second at the
   * latest. Entries that wait fail.
   */
  public final void close() {
    closed = true;
    CountDownLatch done = new CountDownLatch(1);
    writer.execute(
        () -> {
          turns.failAll(JournalFailures.closed(), "it was closed meanwhile");
          done.countDown();
        });
    try {
      if (!done.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("Store closed during a commit: its entries may be stored or not");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    failArrivals();
  }

  private void failArrivals() {
    for (Entry entry; (entry = queue.pollArrival()) != null; ) {
      callbacks.failed(entry, JournalFailures.closed());
    }
  }
}
