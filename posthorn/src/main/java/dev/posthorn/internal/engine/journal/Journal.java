package dev.posthorn.internal.engine.journal;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.engine.base.Guard;
import dev.posthorn.internal.engine.base.Setback;
import dev.posthorn.internal.id.IdSequence;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.runtime.Clock;
import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.DedupeKey;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only writer of the store: gathers what arrives while the last commit runs and writes it in
 * the next one. Acceptances, outcomes and changes of settings share commits.
 *
 * <p>Each entry adds its rows to a batch ({@link Entry#prepare}), and is told once the batch is on
 * disk ({@link Entry#committed}) or that its rows will never be ({@link Entry#failed}). A batch
 * whose result is unknown, for a reason that the store names or that nobody foresaw, is committed
 * again until it is known. A batch that the store rejects is halved until the bad entry stands
 * alone and fails alone. If the store says that it wrote nothing, what can be refused is refused at
 * once, and from then on without being tried, but for a probe now and then; the rest is tried
 * alone, and waits if it must.
 *
 * <p>Danger: an entry is prepared again, from scratch, if the store did not take its batch; and
 * what {@link Entry#committed} does runs on the writer, so it must not block.
 */
public class Journal {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final String REPEAT =
      "; look whether it is, or repeat it under the same event id or idempotency key";
  private static final int MAX_ENTRIES = 2_000;
  private static final int MAX_WEIGHT = 8_192;
  private static final int MOST_ARRIVALS = 5 * MAX_ENTRIES;
  private static final int MOST_TRIES = 8;
  private static final long LATER_NANOS = 1_000_000_000;
  private static final long REMEMBERED_MILLIS = 300_000;
  private static final long UPKEEP_NANOS = 50_000_000;
  private static final long CLOSE_SECONDS = 1;
  private static final long IDLE_UPKEEP_NANOS = 5_000_000;

  private final Store store;
  private final Loop writer;
  private final Clock clock;
  private final WallTime wall;
  private final SteadyTime time;
  private final Guard guard;
  private final RetentionTime retention;
  private final long retentionMillis;
  private final IdSequence ids;
  private final ConcurrentLinkedQueue<Entry> queue = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final JournalMeter meter = new JournalMeter();

  // Owned by the writer.
  private final ArrayDeque<List<Entry>> halves = new ArrayDeque<>();

  /** A batch that is to be committed again, or that is on disk and not all were told. */
  private @Nullable JournalBatch pending;

  /** What cannot be refused, and was not taken. */
  private List<Entry> waiting = new ArrayList<>();

  /** Why what can be refused is refused, or null. */
  private @Nullable StoreException refusing;

  /** When what cannot be refused is tried again. */
  private final Setback stall = new Setback();

  /** Why what must be stored was not taken the last time. */
  private @Nullable StoreException stalledBy;

  /** When something that can be refused is tried again. */
  private final Setback probes = new Setback();

  private final Setback upkeeps = new Setback();
  private Loop.@Nullable Timer timer;
  private volatile boolean stopped;
  private volatile boolean closed;
  private long lastUpkeep;

  /** Something to be made durable. */
  public interface Entry {
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
    void prepare(JournalBatch writing);

    /** Its rows are on disk. Called again if it throws, so it must do the same once more. */
    void committed(JournalBatch writing);

    /**
     * The loops have been handed what {@link #committed} posts to them: whoever waits may be told,
     * since what they do next comes after it.
     */
    default void posted() {}

    /**
     * It has not been known for long whether its rows are on disk: whoever waits may be told so.
     * {@link #committed} or {@link #failed} may still follow.
     */
    default void doubtful(PosthornException why) {}

    /** Nothing of it was, or will be, written. */
    void failed(PosthornException why);

    /** Returns whether somebody waits who can be told to try again later. */
    boolean refusable();

    /** Returns about how many rows it writes, and kilobytes of payload: what a batch is full of. */
    default int weight() {
      return 1;
    }
  }

  public Journal(EngineRuntime runtime, Guard guard, long retentionMillis) {
    this(
        runtime,
        guard,
        retentionMillis,
        new WallTime(runtime.clock(), Ids.timeOf(runtime.store().idFloor())));
  }

  public Journal(EngineRuntime runtime, Guard guard, long retentionMillis, WallTime wall) {
    this.store = runtime.store();
    this.writer = runtime.scheduler().writer();
    this.clock = runtime.clock().machine();
    this.guard = guard;
    this.retentionMillis = retentionMillis;
    long floor = store.idFloor();
    this.wall = wall;
    this.time = new SteadyTime(runtime.clock(), wall, floor);
    this.retention = new RetentionTime(runtime.clock(), wall, store.setting(RetentionTime.SETTING));
    this.ids = new IdSequence(floor);
    this.lastUpkeep = clock.nanoTime();
  }

  /** Hands in an entry. Any thread may call it. */
  public void submit(Entry entry) {
    queue.add(entry);
    if (closed) {
      failQueued();
    } else {
      wake();
    }
  }

  /**
   * Looks after the store, and has it remember what time it is: the next start goes by it. Writer
   * only.
   */
  public final void keepTime() {
    if (time.millis() - Ids.timeOf(ids.last()) > REMEMBERED_MILLIS || retention.isNews()) {
      submit(new TimeEntry(retention));
    } else {
      wake();
    }
  }

  /** Returns the time that deadlines go by. */
  public final WallTime wall() {
    return wall;
  }

  /** Returns the time that retention goes by. Writer only. */
  public final RetentionTime retention() {
    return retention;
  }

  /** Returns the time that ids and due times are given in. */
  public final SteadyTime time() {
    return time;
  }

  public final JournalMeter meter() {
    return meter;
  }

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

  // ---- turns ---------------------------------------------------------------------------------

  private void turn() {
    if (closed) {
      return;
    }
    boolean moreUpkeep = false;
    try {
      moreUpkeep = !guard.condition().hasFailed() && work();
    } catch (Throwable e) {
      guard.fail("The bookkeeping of the writer", e);
    }
    if (guard.condition().hasFailed()) {
      guard.runForeign(
          "telling all that nothing is stored any more",
          () -> failAll(refusal(), guard.condition().trouble().orElse("")));
    }
    rest(moreUpkeep);
  }

  private boolean work() {
    goOn();
    writeHalves();
    if (pending == null) {
      if (refusing == null) {
        writeArrivals();
      } else {
        writeWhatMust();
      }
    }
    if (pending != null) {
      tellDoubts(pending);
      return false;
    }
    return upkeep();
  }

  /** Goes on with a batch whose result was not known, or whose entries were not all told. */
  private void goOn() {
    JournalBatch again = pending;
    if (again == null || stall.pauses(clock.nanoTime())) {
      return;
    }
    pending = null;
    if (again.isOnDisk()) {
      finish(again);
    } else {
      commit(again);
    }
  }

  /** Writes the parts of a batch that was not taken whole, unless the result of one is unknown. */
  private void writeHalves() {
    while (pending == null && !halves.isEmpty()) {
      write(halves.pop());
    }
  }

  private void writeArrivals() {
    Fill fill = new Fill();
    List<Entry> entries = takeWaiting(fill);
    for (Entry entry; (entry = queue.peek()) != null && fill.takes(entry); ) {
      entry = queue.poll();
      if (entry == null) { // a journal that closes fails what is queued
        break;
      }
      entries.add(entry);
    }
    if (!entries.isEmpty()) {
      write(entries);
      writeHalves();
    }
  }

  /** What a batch has been filled with: one entry alone always fits. */
  private static final class Fill {
    private int entries;
    private int weight;

    boolean takes(Entry entry) {
      weight += entry.weight();
      entries++;
      return entries == 1 || (entries <= MAX_ENTRIES && weight <= MAX_WEIGHT);
    }
  }

  private List<Entry> takeWaiting(Fill fill) {
    List<Entry> taken = nextBatch(waiting, fill);
    waiting = new ArrayList<>(waiting.subList(taken.size(), waiting.size()));
    return taken;
  }

  /** Returns the first entries, as many as fit into a batch. */
  private static List<Entry> nextBatch(List<Entry> entries, Fill fill) {
    int count = 0;
    while (count < entries.size() && fill.takes(entries.get(count))) {
      count++;
    }
    return new ArrayList<>(entries.subList(0, count));
  }

  /** The store lately refused a batch: first comes what must be stored, and all of that alone. */
  private void writeWhatMust() {
    List<Entry> refusable = sortArrivals();
    if (!stall.pauses(clock.nanoTime())) {
      if (!waiting.isEmpty()) {
        write(takeWaiting(new Fill()));
        writeHalves();
      } else if (!stall.isOver()) {
        tryNothing();
      }
    }
    for (int i = 0; i < refusable.size(); i++) {
      if (refusing == null && pending == null) {
        halves.push(nextBatch(refusable.subList(i, refusable.size()), new Fill()));
        i += halves.element().size() - 1;
        writeHalves();
        continue;
      }
      Entry entry = refusable.get(i);
      if (pending == null && stall.isOver() && !probes.pauses(clock.nanoTime())) {
        write(List.of(entry)); // a probe
        writeHalves();
      } else {
        tellFailed(entry, refusal());
      }
    }
  }

  /** Takes what has arrived: returns what can be refused; the rest waits. */
  private List<Entry> sortArrivals() {
    List<Entry> refusable = new ArrayList<>();
    for (int i = 0; i < MOST_ARRIVALS; i++) {
      Entry entry = queue.poll();
      if (entry == null) {
        break;
      }
      (entry.refusable() ? refusable : waiting).add(entry);
    }
    return refusable;
  }

  /** Nothing is there that must be stored: finds out whether it could be. */
  private void tryNothing() {
    Batch nothing = new Batch();
    nothing.idFloor = ids.last();
    try {
      commit(store, nothing);
      taken();
    } catch (StoreException e) {
      notTaken(e);
    } catch (Throwable e) {
      guard.report("a commit", e);
      notTaken(broken(e));
    }
  }

  /** Who waits for long for what nobody knows is told, and who comes now need not wait. */
  private void tellDoubts(JournalBatch unknown) {
    if (!stall.lasts(clock.nanoTime())) {
      return;
    }
    PosthornException why =
        new PosthornException(
            Reason.UNKNOWN,
            "it may be stored or not: "
                + guard.condition().trouble().orElse("the store does not answer")
                + REPEAT,
            stalledBy);
    for (Entry entry : unknown.doubtful()) {
      guard.runForeign("telling of a doubt", () -> entry.doubtful(why));
    }
    for (Entry entry : sortArrivals()) {
      tellFailed(entry, refusal());
    }
  }

  /** Decides when the next turn is. */
  private void rest(boolean moreUpkeep) {
    try {
      long now = clock.nanoTime();
      if (pending != null || (refusing != null && !(waiting.isEmpty() && stall.isOver()))) {
        turnAfter(Math.max(0, stall.waitNanos(now)));
      } else if (!waiting.isEmpty()) {
        writer.execute(this::turn);
        return;
      }
      if (hasWork()) {
        writer.execute(this::turn);
        return;
      }
      if (moreUpkeep) {
        writer.schedule(IDLE_UPKEEP_NANOS, this::wake);
      }
    } catch (Throwable e) {
      guard.report("planning the next turn of the writer", e);
    }
    scheduled.set(false);
    if (hasWork()) {
      wake();
    }
  }

  private boolean hasWork() {
    return pending == null && !queue.isEmpty();
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

  // ---- writing -------------------------------------------------------------------------------

  private void write(List<Entry> entries) {
    JournalBatch writing = begin(entries);
    if (writing == null) {
      return;
    }
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      int before = writing.size();
      try {
        entry.prepare(writing);
        writing.entries.add(entry);
        continue;
      } catch (PosthornException e) {
        notPrepared(entry, e, true);
      } catch (StoreException e) {
        // Only a read failed, but whether the rows are right is not known.
        notPrepared(entry, refused(e), false);
      } catch (Throwable e) {
        guard.report("preparing an entry for the store", e);
        if (e instanceof VirtualMachineError && entries.size() > 1) {
          halve(without(writing, entries.subList(i, entries.size())));
          return;
        }
        notPrepared(entry, refused(broken(e)), false);
      }
      if (writing.size() != before) {
        // What it put into the batch must not be written: the others are prepared again.
        List<Entry> others = without(writing, entries.subList(i + 1, entries.size()));
        if (!others.isEmpty()) {
          halves.push(others);
        }
        return;
      }
    }
    if (!writing.entries.isEmpty()) {
      commit(writing);
    }
  }

  /** Returns a batch for entries; or null, with those to be written in parts, or told. */
  private @Nullable JournalBatch begin(List<Entry> entries) {
    try {
      JournalBatch writing =
          new JournalBatch(new Batch(), ids, store.forWriter(), wall.millis(), time.millis());
      entries.forEach(entry -> writing.expect(entry.keys()));
      return writing;
    } catch (Throwable e) {
      guard.report("the beginning of a batch", e);
      if (entries.size() > 1) {
        halve(entries);
      } else {
        notPrepared(entries.getFirst(), refused(broken(e)), false);
      }
      return null;
    }
  }

  /** Returns the entries of a batch that is not to be written, with some more. */
  private static List<Entry> without(JournalBatch writing, List<Entry> more) {
    writing.undo();
    List<Entry> others = new ArrayList<>(writing.entries);
    others.addAll(more);
    return others;
  }

  /**
   * An entry could not be prepared.
   *
   * @param forGood whether it never can be
   */
  private void notPrepared(Entry entry, PosthornException why, boolean forGood) {
    if (forGood || entry.refusable()) {
      tellFailed(entry, why);
    } else {
      writer.schedule(LATER_NANOS, () -> submit(entry));
    }
  }

  private void halve(List<Entry> entries) {
    int half = entries.size() / 2;
    halves.push(List.copyOf(entries.subList(half, entries.size())));
    halves.push(List.copyOf(entries.subList(0, half)));
  }

  private void tellFailed(Entry entry, PosthornException why) {
    guard.runForeign("what was to be done after a refusal", () -> entry.failed(why));
  }

  private void commit(JournalBatch writing) {
    long start = clock.nanoTime();
    try {
      writing.batch.idFloor = ids.last();
      if (!writing.batch.isEmpty()) {
        commit(store, writing.batch);
        taken();
        takenFrom(writing);
      }
    } catch (StoreException e) {
      notCommitted(writing, e);
      return;
    } catch (Throwable e) {
      guard.report("a commit", e);
      notCommitted(writing, broken(e));
      return;
    }
    meter.committed(writing.entries.size(), clock.nanoTime() - start);
    finish(writing);
  }

  private static StoreException broken(Throwable why) {
    return new StoreException(StoreException.Reason.UNKNOWN, "the store broke off: " + why, why);
  }

  /** The store takes what must be stored. */
  private void taken() {
    if (!stall.isOver()) {
      StoreLog.backoffEnded(stall);
      stall.over();
      stalledBy = null;
      guard.condition().trouble(null);
      LOG.info("Stored again: the store takes changes");
    }
  }

  /** The store takes a batch: if there was something that can be refused in it, so is the next. */
  private void takenFrom(JournalBatch writing) {
    if (refusing != null && writing.entries.stream().anyMatch(Entry::refusable)) {
      refusing = null;
      probes.over();
      LOG.info("Accepted again: the store takes messages");
    }
  }

  /** The store does not take what must be stored. */
  private void notTaken(StoreException why) {
    long now = clock.nanoTime();
    if (stall.isOver()) {
      LOG.error("Stored nothing, tried again less and less often: {}", why.getMessage());
    }
    stall.failed(now);
    StoreLog.backoff(stall, why, now);
    stalledBy = why;
    if (stall.lasts(now)) {
      guard.condition().trouble("the store takes nothing: " + why.getMessage());
    }
  }

  /** Has memory follow what is on disk, and tells the entries. */
  private void finish(JournalBatch writing) {
    try {
      writing.finish();
    } catch (Throwable e) {
      guard.report("what follows a commit", e);
      notTaken(broken(e));
      pending = writing;
      if (stall.failures() >= MOST_TRIES) {
        guard.fail("What follows a commit", e);
      }
      return;
    }
    taken();
    for (Entry entry : writing.entries) {
      guard.runForeign("what was to be done after a commit", entry::posted);
    }
  }

  /** Makes a batch durable. */
  public void commit(Store store, Batch batch) {
    store.commit(batch);
  }

  private void notCommitted(JournalBatch writing, StoreException e) {
    boolean unknown = e.reason() == StoreException.Reason.UNKNOWN;
    writing.maybeOnDisk |= unknown;
    // What another reason says is said of this try; an earlier one may have been written.
    if (unknown || (writing.maybeOnDisk && isCertain(e))) {
      notTaken(e);
      pending = writing;
      return;
    }
    writing.undo();
    if (isCertain(e)) {
      refuse(writing.entries, e);
    } else if (e.reason() == StoreException.Reason.REJECTED && writing.entries.size() > 1) {
      halve(writing.entries);
    } else {
      if (e.reason() == StoreException.Reason.REJECTED) {
        LOG.error("Refused an entry that the store does not take: {}", e.getMessage());
      }
      for (Entry entry : writing.entries) {
        tellFailed(entry, writing.maybeOnDisk ? unknown(e) : refused(e));
      }
    }
  }

  /** Returns whether nothing was written, for a reason that does not lie in the batch. */
  private static boolean isCertain(StoreException e) {
    return e.reason() != StoreException.Reason.UNKNOWN
        && e.reason() != StoreException.Reason.REJECTED
        && e.reason() != StoreException.Reason.CLOSED;
  }

  /**
   * The store wrote nothing of a batch: what can be refused is, also of what was to come next; the
   * rest is tried alone at once, or later if that was tried.
   */
  private void refuse(List<Entry> entries, StoreException why) {
    List<Entry> all = new ArrayList<>(entries);
    halves.forEach(all::addAll);
    halves.clear();
    List<Entry> rest = all.stream().filter(entry -> !entry.refusable()).toList();
    boolean alone = entries.stream().noneMatch(Entry::refusable);
    if (refusing == null) {
      LOG.error("Refused messages until the store takes them: {}", why.getMessage());
    }
    refusing = why;
    if (alone) {
      notTaken(why);
      waiting.addAll(0, rest);
    } else {
      long now = clock.nanoTime();
      probes.failed(now);
      StoreLog.refusal(probes, why, now);
      if (rest.isEmpty()) {
        tryNothing();
      } else {
        halves.push(rest);
      }
    }
    for (Entry entry : all) {
      if (entry.refusable()) {
        tellFailed(entry, refused(why));
      }
    }
  }

  /**
   * Nothing is written any more.
   *
   * @param why told to those of whom nothing was written
   * @param doubt why nobody knows what was written of the last batch
   */
  private void failAll(PosthornException why, String doubt) {
    JournalBatch last = pending;
    pending = null;
    if (last != null) {
      last.toldOf().forEach(entry -> guard.runForeign("the news of a commit", entry::posted));
      PosthornException unknown =
          unknown(new StoreException(StoreException.Reason.UNKNOWN, doubt, null));
      last.untold().forEach(entry -> tellFailed(entry, unknown));
    }
    List<Entry> all = new ArrayList<>(waiting);
    halves.forEach(all::addAll);
    waiting = new ArrayList<>();
    halves.clear();
    refusing = null;
    stall.over();
    for (Entry entry; (entry = queue.poll()) != null; ) {
      all.add(entry);
    }
    all.forEach(entry -> tellFailed(entry, why));
  }

  /** Returns why nothing is accepted now. */
  private PosthornException refusal() {
    StoreException why = refusing;
    return why != null && !guard.condition().hasFailed()
        ? refused(why)
        : new PosthornException(
            Reason.STORE_FAILED,
            "nothing was stored: "
                + guard.condition().trouble().orElse("the store does not answer"));
  }

  private static PosthornException unknown(StoreException e) {
    return new PosthornException(
        Reason.UNKNOWN, "it may be stored or not: " + e.getMessage() + REPEAT, e);
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
  public final void close() {
    closed = true;
    CountDownLatch done = new CountDownLatch(1);
    writer.execute(
        () -> {
          failAll(closed(), "it was closed meanwhile");
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

  private void failQueued() {
    for (Entry entry; (entry = queue.poll()) != null; ) {
      tellFailed(entry, closed());
    }
  }

  private static PosthornException closed() {
    return new PosthornException(Reason.CLOSED, "this instance is closed; nothing was stored");
  }

  /** Looks after the store no more; entries are still written. */
  public final void stopUpkeep() {
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
    if (upkeeps.pauses(now)) {
      return false;
    }
    lastUpkeep = now;
    try {
      long until = retention.millis();
      boolean more = store.upkeep(Ids.firstAt(until - retentionMillis), until);
      upkeeps.over();
      return more;
    } catch (StoreException e) {
      LOG.warn("Failed to look after the store, tried again later: {}", e.getMessage());
    } catch (Throwable e) {
      guard.report("upkeep of the store", e);
    }
    upkeeps.failed(now);
    return false;
  }
}
