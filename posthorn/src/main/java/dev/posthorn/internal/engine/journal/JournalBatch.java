package dev.posthorn.internal.engine.journal;

import dev.posthorn.internal.id.IdSequence;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.reads.Reads;
import dev.posthorn.spi.store.rows.ConsumerRow;
import dev.posthorn.spi.store.rows.DedupeKey;
import dev.posthorn.spi.store.rows.DedupeRow;
import dev.posthorn.spi.store.rows.HandoffRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.SettingChange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A batch in the making, with the state that its entries share meanwhile. Owned by the writer. */
public final class JournalBatch {
  final Batch rows;

  /** Wall time of the batch, in milliseconds. */
  public final long now;

  /** {@link SteadyTime} of the batch, in milliseconds: for ids and due times. */
  public final long steady;

  /** The entries whose rows are in the batch. */
  final List<Journal.Entry> entries = new ArrayList<>();

  /**
   * True once a commit of it had no known result: it may be on disk, whatever the next one says.
   */
  boolean maybeOnDisk;

  private final IdSequence ids;
  private final Reads store;
  private final UsedKeys keys;
  private final SettingsMemory settings;
  private final boolean shared;

  /** True once memory was found to have all settings that were there when the batch began. */
  boolean settingsCurrent;

  /** The settings as of this batch, once somebody asked. */
  private @Nullable SettingsInBatch staged;

  /** The consumers of endpoints as of this batch. */
  private final Map<Long, List<ConsumerRow>> consumers = new HashMap<>();

  /** The live rows of each partition that was asked for them. */
  private final Map<Integer, BatchRows> liveRows = new HashMap<>();

  /** The partitions that the present entry has asked for, and their size before. */
  private final List<PartitionBatch> touched = new ArrayList<>();

  private int sizeBefore;

  private final List<Runnable> undo = new ArrayList<>();
  private final List<Runnable> apply = new ArrayList<>();
  private final List<Post> posts = new ArrayList<>();

  /** The posts in the order in which tasks were added to them. */
  private final List<Post> order = new ArrayList<>();

  // How far memory has followed the disk, once the batch is there.
  private boolean onDisk;
  private int applied;
  private int told;
  private int sent;
  private boolean doubted;

  /** The tasks of one mailbox after the commit; they run once, also if they are sent again. */
  private static final class Post {
    final Mailbox mailbox;
    final List<Runnable> tasks = new ArrayList<>();
    private boolean taken;

    Post(Mailbox mailbox) {
      this.mailbox = mailbox;
    }

    /** Returns the tasks at the first call, then none. The mailbox's owner only. */
    List<Runnable> take() {
      if (taken) {
        return List.of();
      }
      taken = true;
      return tasks;
    }

    void send() {
      mailbox.deliver(this::take);
    }
  }

  /**
   * Creates an empty batch.
   *
   * @param shared whether other processes have the store open, too
   */
  JournalBatch(
      Batch batch,
      IdSequence ids,
      Reads store,
      SettingsMemory settings,
      JournalTime time,
      boolean shared) {
    this.rows = batch;
    this.ids = ids;
    this.store = store;
    this.settings = settings;
    this.shared = shared;
    batch.settingsVersion = settings.version();
    this.now = time.wall().millis();
    batch.now = now;
    this.steady = time.steady().millis();
    this.keys = new UsedKeys(store, now);
  }

  /** Begins a new entry. */
  void beginEntry() {
    touched.clear();
    sizeBefore = size();
  }

  /** Returns whether the present entry has added anything. Costs the same for any batch. */
  boolean hasGrown() {
    return size() != sizeBefore;
  }

  private int size() {
    int size = rows.settings.size() + rows.dedupe.size() + undo.size() + apply.size();
    for (PartitionBatch each : touched) {
      size += each.size();
    }
    return size;
  }

  /** Returns the rows of a partition, to which the present entry may add some. */
  public PartitionBatch in(int partition) {
    PartitionBatch changes = rows.in(partition);
    if (!touched.contains(changes)) {
      touched.add(changes);
      sizeBefore += changes.size();
    }
    return changes;
  }

  /** Adds a change of settings: it is applied to memory once the batch is on disk. */
  public void change(SettingChange change) {
    rows.settings.add(change);
    staged().add(change);
  }

  /** Returns the changes of settings so far. */
  public List<SettingChange> changes() {
    return Collections.unmodifiableList(rows.settings);
  }

  /** Returns the settings as of the batch. */
  public SettingsInBatch staged() {
    SettingsInBatch present = staged;
    if (present == null) {
      present = settings.begin();
      staged = present;
    }
    return present;
  }

  /**
   * Tells the owner of a partition what the batch changes there. Where there is only one process,
   * whatever owns the partition later finds that by itself.
   */
  public void handOff(int partition, HandoffRow row) {
    if (shared) {
      in(partition).handoffs.add(row);
    }
  }

  /** Releases partitions of which nothing is in memory any more. */
  public void release(Set<Integer> partitions) {
    rows.releases.addAll(partitions);
  }

  /** Returns a new id; the {@code more} ids after it are the caller's too. */
  public long nextId(int more) {
    return ids.next(steady, more);
  }

  /**
   * Returns a new id for an attempt of a delivery: greater than those of the delivery and of its
   * message, which may be other processes'.
   */
  public long nextAttemptId(LiveRow row) {
    ids.continueAfter(Math.max(row.id(), row.message()));
    return nextId(0);
  }

  /** Returns the store, to be read by the writer. */
  public Reads store() {
    return store;
  }

  /** Announces keys that will be asked for. */
  void expect(List<DedupeKey> expected) {
    keys.expect(expected);
  }

  /** Returns the row of a key, in the store or in this batch, or null. */
  public @Nullable DedupeRow remembered(DedupeKey key) {
    return keys.find(key);
  }

  /** Remembers a key. */
  public void remember(DedupeRow row) {
    keys.put(row);
    rows.dedupe.add(row);
  }

  /**
   * Returns an endpoint's consumers as of this batch, to be changed with it; the store is asked
   * once.
   */
  public List<ConsumerRow> consumers(int partition, long endpoint) {
    return consumers.computeIfAbsent(
        endpoint, id -> new ArrayList<>(store.in(partition).consumers(id)));
  }

  /**
   * Returns the live rows of a message as of this batch; the store is asked once.
   *
   * @param partition the partition of its application
   * @param endpoint only those for this endpoint, and no others are read; 0 for all
   */
  public List<LiveRow> liveNow(int partition, long message, long endpoint) {
    return liveRows
        .computeIfAbsent(partition, p -> new BatchRows(rows.in(p), store.in(p)))
        .live(message, endpoint);
  }

  /** Returns the highest id that was given so far. */
  public long lastId() {
    return ids.last();
  }

  /** Returns a message of the store, without its body, or of this batch, or null. */
  public @Nullable MessageRow message(int partition, long id) {
    MessageRow stored = store.in(partition).messageWithoutBody(id);
    return stored != null
        ? stored
        : rows.in(partition).messages.stream()
            .filter(row -> row.id() == id)
            .findFirst()
            .orElse(null);
  }

  /** Adds a task to run if the batch is not written after all. */
  public void onUndo(Runnable task) {
    undo.add(task);
  }

  /** Adds a task to run in either case: the batch is on disk, or is not written after all. */
  public void onEnd(Runnable task) {
    onUndo(task);
    onCommit(task);
  }

  /** Adds a task to run on the writer once the batch is on disk, before any entry hears. */
  public void onCommit(Runnable task) {
    apply.add(task);
  }

  void undo() {
    undo.forEach(Runnable::run);
  }

  /** Sends a task to a mailbox, once all entries have been told of the commit. */
  @SuppressWarnings("ReferenceEquality") // a mailbox is itself
  public void post(Mailbox mailbox, Runnable task) {
    for (Post post : posts) {
      if (post.mailbox == mailbox) {
        add(post, task);
        return;
      }
    }
    Post post = new Post(mailbox);
    posts.add(post);
    add(post, task);
  }

  private void add(Post post, Runnable task) {
    order.add(post);
    post.tasks.add(task);
  }

  // ---- once it is on disk --------------------------------------------------------------------

  /** Returns whether the batch is on disk, so that only {@link #finish} is left to do. */
  boolean isOnDisk() {
    return onDisk;
  }

  /**
   * Completes the batch after its commit: memory follows the disk, settings first, then entries
   * hear, then tasks go to the mailboxes. If it throws, it must be called again, and goes on with
   * what failed.
   */
  void finish() {
    onDisk = true;
    if (staged != null) {
      staged.apply();
      staged = null;
    }
    if (!rows.replicated().isEmpty()) {
      settings.version(rows.settingsVersion + 1);
    }
    for (; applied < apply.size(); applied++) {
      apply.get(applied).run();
    }
    for (; told < entries.size(); told++) {
      tell(entries.get(told));
    }
    for (; sent < posts.size(); sent++) {
      posts.get(sent).send();
    }
  }

  private void tell(Journal.Entry entry) {
    int before = order.size();
    boolean whole = false;
    try {
      entry.committed(this);
      whole = true;
    } finally {
      while (!whole && order.size() > before) {
        List<Runnable> tasks = order.removeLast().tasks;
        tasks.removeLast();
      }
    }
  }

  /** Returns the entries that have heard that they are on disk. */
  List<Journal.Entry> toldOf() {
    return entries.subList(0, told);
  }

  /** Returns the entries that have not. */
  List<Journal.Entry> untold() {
    return entries.subList(told, entries.size());
  }

  /** Returns the entries at the first call, then none: each hears of a doubt once. */
  List<Journal.Entry> doubtful() {
    List<Journal.Entry> all = doubted ? List.of() : entries;
    doubted = true;
    return all;
  }
}
