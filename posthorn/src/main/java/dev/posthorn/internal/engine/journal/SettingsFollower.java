package dev.posthorn.internal.engine.journal;

import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.reads.SettingsLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows what other processes commit: applies the entries of the store's log of settings to
 * memory, in order, by the same code as own changes, and keeps up with their ids. Owned by the
 * writer.
 *
 * <p>It must not do so while it is unknown whether a batch is on disk: the changes of that batch
 * come first.
 */
final class SettingsFollower {
  private static final Logger LOG = LoggerFactory.getLogger(SettingsFollower.class);
  private static final int PAGE = 100;

  /**
   * The version in another timeline: the last changes may be lost, and others may have made as many
   * since, so the number in memory tells nothing. No log has what follows it.
   */
  private static final long NO_VERSION = -1;

  private static final long SHORTEST_NANOS = 20_000_000;
  private static final long LONGEST_NANOS = 250_000_000;

  private final Store store;
  private final SettingsMemory memory;
  private final JournalTime time;
  private boolean behind;

  /** The timeline of the store in which memory was read. */
  private long timeline;

  private long pauseNanos = LONGEST_NANOS;

  /**
   * Creates a follower.
   *
   * @param time goes on after the ids of what others have changed
   */
  SettingsFollower(Store store, SettingsMemory memory, JournalTime time) {
    this.store = store;
    this.memory = memory;
    this.time = time;
    this.timeline = store.lease().timeline();
  }

  /** Returns the settings in memory. */
  SettingsMemory memory() {
    return memory;
  }

  /** Returns whether there are others to follow. */
  boolean isNeeded() {
    return store.isShared();
  }

  /** Returns whether {@link #catchUp} must be called before anything is written. */
  boolean isBehind() {
    return behind || store.lease().timeline() != timeline;
  }

  /** Others may have changed settings, or certainly have. */
  void fallBehind() {
    behind = true;
  }

  /** Returns whether memory has the present version. */
  boolean isCurrent() {
    return !isNeeded() || store.forWriter().settingsVersion() == memory.version();
  }

  /** Returns the pause before the next look: short while others change settings. */
  long pauseNanos() {
    return pauseNanos;
  }

  /** Applies all that others have changed. If it throws, it must be called again. */
  void catchUp() {
    long present = store.lease().timeline();
    long before = present == timeline ? memory.version() : NO_VERSION;
    SettingsLog page = store.forWriter().settingsAfter(before, PAGE);
    while (!page.entries().isEmpty()) {
      page.entries().forEach(this::apply);
      page = store.forWriter().settingsAfter(memory.version(), PAGE);
    }
    if (!page.reaches()) {
      LOG.info("All settings read again: their log does not have all that others have changed");
      memory.readAgain(store);
      timeline = present;
    }
    settle();
    pauseNanos =
        memory.version() != before ? SHORTEST_NANOS : Math.min(LONGEST_NANOS, 2 * pauseNanos);
    behind = !page.reaches(); // what was changed while all was read
  }

  /**
   * Gives only ids after those that others have committed: what comes after a change of settings
   * has greater ids than the change, and readers need not wait for this process, though its clock
   * may be behind. No id is under way: what was prepared is committed, or is prepared again.
   */
  private void settle() {
    time.continueAfter(store.idFloor());
    store.settle(time.ids().last());
  }

  private void apply(SettingsLog.Entry entry) {
    SettingsInBatch changes = memory.begin();
    entry.changes().forEach(changes::add);
    changes.apply();
    memory.version(entry.version());
  }
}
