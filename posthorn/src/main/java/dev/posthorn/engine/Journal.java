package dev.posthorn.engine;

import dev.posthorn.error.PosthornException;
import dev.posthorn.error.Reason;
import dev.posthorn.id.IdSequence;
import dev.posthorn.id.Ids;
import dev.posthorn.scheduler.Clock;
import dev.posthorn.scheduler.Loop;
import dev.posthorn.store.Batch;
import dev.posthorn.store.DedupeKey;
import dev.posthorn.store.Store;
import dev.posthorn.store.StoreException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only writer of the store: gathers what arrives while the last commit runs and writes it in
 * the next one. Acceptances, outcomes and changes of settings share commits.
 *
 * <p>Each entry adds its rows to a batch ({@link Entry#prepare}), and is told once the batch is on
 * disk ({@link Entry#committed}) or that its rows will never be ({@link Entry#failed}). A batch
 * whose result is unknown is committed again until it is known. A batch that the store rejects is
 * halved until the bad entry stands alone and fails alone. While the disk is full, what can be
 * refused is, and the rest waits.
 *
 * <p>Danger: an entry is prepared again, from scratch, if the store did not take its batch; and
 * what {@link Entry#committed} does runs on the writer, so it must not block.
 */
class Journal {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final int MAX_ENTRIES = 2_000;
  private static final int MAX_WEIGHT = 8_192;
  private static final long RETRY_NANOS = 100_000_000;
  private static final long UPKEEP_NANOS = 50_000_000;
  private static final long CLOSE_SECONDS = 1;
  private static final long IDLE_UPKEEP_NANOS = 5_000_000;

  private final Store store;
  private final Loop writer;
  private final Clock clock;
  private final SteadyTime time;
  private final long retentionMillis;
  private final IdSequence ids;
  private final ConcurrentLinkedQueue<Entry> queue = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final JournalMeter meter = new JournalMeter();

  // Owned by the writer.
  private final ArrayDeque<List<Entry>> halves = new ArrayDeque<>();
  private @Nullable Writing unknown;
  private List<Entry> waiting = new ArrayList<>();
  private boolean full;
  private volatile boolean stopped;
  private volatile boolean closed;
  private long lastUpkeep;

  /** Something to be made durable. */
  interface Entry {
    /** Returns the keys that it is going to ask for: those of a batch are looked up together. */
    default List<DedupeKey> keys() {
      return List.of();
    }

    /**
     * Adds rows to a batch. May read the store.
     *
     * @throws PosthornException if there is nothing to be written for it after all; the entry fails
     *     with it, alone
     */
    void prepare(Writing writing);

    /** Its rows are on disk. */
    void committed(Writing writing);

    /**
     * The loops have been handed what {@link #committed} posts to them: whoever waits may be told,
     * since what they do next comes after it.
     */
    default void posted() {}

    /** Nothing of it was, or will be, written. */
    void failed(PosthornException why);

    /** Returns whether somebody waits who can be told to try again later. */
    boolean refusable();

    /** Returns about how many rows it writes, and kilobytes of payload: what a batch is full of. */
    default int weight() {
      return 1;
    }
  }

  Journal(EngineRuntime runtime, long retentionMillis) {
    this.store = runtime.store();
    this.writer = runtime.scheduler().writer();
    this.clock = runtime.clock();
    this.retentionMillis = retentionMillis;
    long floor = store.idFloor();
    this.time = new SteadyTime(clock, floor);
    this.ids = new IdSequence(floor);
    this.lastUpkeep = clock.nanoTime();
  }

  /** Hands in an entry. Any thread may call it. */
  final void submit(Entry entry) {
    queue.add(entry);
    if (closed) {
      failQueued();
    } else {
      wake();
    }
  }

  /** Returns the time that ids and due times are given in. */
  final SteadyTime time() {
    return time;
  }

  final JournalMeter meter() {
    return meter;
  }

  final void wake() {
    if (scheduled.compareAndSet(false, true)) {
      writer.execute(this::turn);
    }
  }

  private void turn() {
    if (closed) {
      return;
    }
    if (unknown != null) {
      Writing again = unknown;
      unknown = null;
      commit(again);
    }
    writeHalves();
    if (unknown == null) {
      List<Entry> entries = drain();
      if (!entries.isEmpty()) {
        write(entries);
        writeHalves();
      }
    }
    boolean more = unknown == null && upkeep();
    rest(more);
  }

  /** Writes the parts of a batch that was rejected, unless the result of one is unknown. */
  private void writeHalves() {
    while (unknown == null && !halves.isEmpty()) {
      write(halves.pop());
    }
  }

  private List<Entry> drain() {
    List<Entry> entries = waiting;
    waiting = new ArrayList<>();
    // While the disk is full what waits may be more than a batch, and those that come must hear so.
    int most = full ? entries.size() + MAX_ENTRIES : MAX_ENTRIES;
    int weight = 0;
    for (Entry entry; entries.size() < most && (entry = queue.peek()) != null; ) {
      weight += entry.weight();
      if (weight > MAX_WEIGHT && !entries.isEmpty()) { // one that fills a batch stands alone
        break;
      }
      entries.add(queue.remove());
    }
    return entries;
  }

  /** Decides when the next turn is. */
  private void rest(boolean moreUpkeep) {
    if (unknown != null || !waiting.isEmpty()) { // scheduled stays set: nothing else starts a turn
      writer.schedule(RETRY_NANOS, this::turn);
      return;
    }
    if (!queue.isEmpty()) {
      writer.execute(this::turn);
      return;
    }
    if (moreUpkeep) {
      writer.schedule(IDLE_UPKEEP_NANOS, this::wake);
    }
    scheduled.set(false);
    if (!queue.isEmpty()) {
      wake();
    }
  }

  private void write(List<Entry> entries) {
    Writing writing = new Writing(new Batch(), ids, store.forWriter(), time.millis());
    entries.forEach(entry -> writing.expect(entry.keys()));
    for (Entry entry : entries) {
      int before = writing.size();
      PosthornException why;
      try {
        entry.prepare(writing);
        writing.entries.add(entry);
        continue;
      } catch (PosthornException e) {
        why = e;
      } catch (StoreException e) {
        // Only a read failed, but whether the rows are right is not known.
        why = refused(e);
      } catch (RuntimeException e) {
        LOG.error("an entry could not be prepared", e);
        why =
            new PosthornException(Reason.STORE_FAILED, "nothing was stored: " + e.getMessage(), e);
      }
      if (writing.size() != before) {
        prepareWithout(entry, entries, writing, why);
        return;
      }
      tellFailed(entry, why);
    }
    if (!writing.entries.isEmpty()) {
      commit(writing);
    }
  }

  /**
   * An entry failed after it had put something into the batch, which must not be written: the
   * others are prepared again without it.
   */
  private void prepareWithout(
      Entry entry, List<Entry> entries, Writing writing, PosthornException why) {
    writing.undo();
    List<Entry> others = new ArrayList<>(entries.size());
    // Those before it that are not in the batch have been told already.
    others.addAll(writing.entries);
    others.addAll(entries.subList(entries.indexOf(entry) + 1, entries.size()));
    if (!others.isEmpty()) {
      halves.push(others);
    }
    tellFailed(entry, why);
  }

  /** An entry's owner may fail at what it does with the news; the others must still have it. */
  private static void tell(List<Entry> entries, Consumer<Entry> news) {
    for (Entry entry : entries) {
      try {
        news.accept(entry);
      } catch (RuntimeException e) {
        LOG.error("what was to be done after a commit failed", e);
      }
    }
  }

  private static void tellFailed(Entry entry, PosthornException why) {
    try {
      entry.failed(why);
    } catch (RuntimeException e) {
      LOG.error("what was to be done after a refusal failed", e);
    }
  }

  private void commit(Writing writing) {
    long start = clock.nanoTime();
    try {
      writing.batch.idFloor = ids.last();
      if (!writing.batch.isEmpty()) {
        commit(store, writing.batch);
      }
    } catch (StoreException e) {
      notCommitted(writing, e);
      return;
    }
    if (full) {
      full = false;
      LOG.info("there is space on the disk again: messages are accepted");
    }
    meter.committed(writing.entries.size(), clock.nanoTime() - start);
    writing.apply();
    tell(writing.entries, entry -> entry.committed(writing));
    writing.done();
    tell(writing.entries, Entry::posted);
  }

  /** Makes a batch durable. */
  void commit(Store store, Batch batch) {
    store.commit(batch);
  }

  private void notCommitted(Writing writing, StoreException e) {
    List<Entry> entries = writing.entries;
    writing.maybeOnDisk |= e.reason() == StoreException.Reason.UNKNOWN;
    boolean again =
        switch (e.reason()) {
          case UNKNOWN, IO -> true;
          // Said of this try; an earlier one may have been written.
          case FULL -> writing.maybeOnDisk;
          default -> false;
        };
    if (again) {
      LOG.warn("a commit of {} entries will be repeated: {}", entries.size(), e.getMessage());
      unknown = writing;
      return;
    }
    writing.undo();
    switch (e.reason()) {
      case FULL -> {
        if (!full) {
          full = true;
          LOG.error(
              "the disk is full: no message is accepted until there is space; {}", e.getMessage());
        }
        for (Entry entry : entries) {
          if (entry.refusable()) {
            tellFailed(entry, refused(e));
          } else {
            waiting.add(entry);
          }
        }
      }
      case REJECTED -> {
        if (entries.size() == 1) {
          LOG.error("an entry could not be stored: {}", e.getMessage());
          tellFailed(entries.get(0), refused(e));
        } else {
          int half = entries.size() / 2;
          halves.push(List.copyOf(entries.subList(half, entries.size())));
          halves.push(List.copyOf(entries.subList(0, half)));
        }
      }
      default -> {
        for (Entry entry : entries) {
          tellFailed(entry, writing.maybeOnDisk ? unknown(e) : refused(e));
        }
      }
    }
  }

  private static PosthornException unknown(StoreException e) {
    return new PosthornException(
        Reason.UNKNOWN,
        "it may be stored or not: " + e.getMessage() + "; send it again with the same event id",
        e);
  }

  private static PosthornException refused(StoreException e) {
    Reason reason =
        switch (e.reason()) {
          case FULL -> Reason.STORE_FULL;
          case CLOSED -> Reason.CLOSED;
          default -> Reason.STORE_FAILED;
        };
    return new PosthornException(reason, "nothing was stored: " + e.getMessage(), e);
  }

  /**
   * Writes nothing from now on; returns when the last commit has ended, after a second at the
   * latest. Whoever waits is told.
   */
  final void close() {
    closed = true;
    CountDownLatch done = new CountDownLatch(1);
    writer.execute(
        () -> {
          failWaiting();
          done.countDown();
        });
    try {
      if (!done.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("The store is closed while a commit runs: what it holds may be stored or not");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    failQueued();
  }

  /** Fails what the writer holds. */
  private void failWaiting() {
    Writing last = unknown;
    unknown = null;
    if (last != null) {
      PosthornException why =
          unknown(
              new StoreException(StoreException.Reason.CLOSED, "it was closed meanwhile", null));
      last.entries.forEach(entry -> tellFailed(entry, why));
    }
    halves.forEach(entries -> entries.forEach(entry -> tellFailed(entry, closed())));
    halves.clear();
    waiting.forEach(entry -> tellFailed(entry, closed()));
    waiting.clear();
    failQueued();
  }

  private void failQueued() {
    for (Entry entry; (entry = queue.poll()) != null; ) {
      tellFailed(entry, closed());
    }
  }

  private static PosthornException closed() {
    return new PosthornException(Reason.CLOSED, "this instance is closed; nothing was stored");
  }

  /** Looks after the store no more; entries are still written. */
  final void stopUpkeep() {
    stopped = true;
  }

  private boolean upkeep() {
    if (stopped) {
      return false;
    }
    long now = clock.nanoTime();
    boolean idle = queue.isEmpty() && waiting.isEmpty();
    if (now - lastUpkeep < (idle ? IDLE_UPKEEP_NANOS : UPKEEP_NANOS)) {
      return idle;
    }
    lastUpkeep = now;
    try {
      return store.upkeep(Ids.firstAt(time.millis() - retentionMillis));
    } catch (StoreException e) {
      LOG.warn("upkeep of the store failed and will be tried again: {}", e.getMessage());
      return false;
    }
  }
}
