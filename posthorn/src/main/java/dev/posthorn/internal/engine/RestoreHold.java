package dev.posthorn.internal.engine;

import dev.posthorn.internal.engine.base.DirectCommit;
import dev.posthorn.internal.engine.base.OutageLog;
import dev.posthorn.internal.engine.base.Workers;
import dev.posthorn.internal.engine.journal.SettingsWriter;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.SettingChange;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.LoggerFactory;

/**
 * A mark in a store: an engine that starts on it accepts messages but begins no exchange until
 * {@link #release}. A store restored from a backup gets it, since deliveries that wait in the
 * backup may have been made since. Every engine of the store begins once one of them was released.
 */
public final class RestoreHold {
  private static final String SETTING = "dispatch_hold";
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Store store;
  private final SettingsWriter changes;
  private final Runnable begin;
  private final AtomicBoolean held;
  private final OutageLog outage =
      new OutageLog(LoggerFactory.getLogger(RestoreHold.class), "Look for the end of the hold");

  /**
   * Reads the mark of the store that an engine starts on.
   *
   * @param begin lets the lanes begin; called by {@link #beginIfFree} or after the release, and
   *     again if it throws
   */
  RestoreHold(Store store, SettingsWriter changes, Runnable begin) {
    this.store = store;
    this.changes = changes;
    this.begin = begin;
    this.held = new AtomicBoolean(isSet(store));
  }

  /** Lets the lanes begin: now, or soon after another engine of the store was released. */
  void start(Workers workers) {
    beginIfFree();
    if (held.get() && store.isShared()) {
      lookLater(workers);
    }
  }

  /** Lets the lanes begin, unless the store has the mark. */
  void beginIfFree() {
    if (!held.get()) {
      begin.run();
    }
  }

  private void lookLater(Workers workers) {
    workers.executeLater(LOOK_NANOS, () -> look(workers));
  }

  private void look(Workers workers) {
    try {
      if (!isSet(store)) {
        begin();
      }
      outage.succeeded();
    } catch (StoreException e) {
      outage.failed(e);
    } finally {
      if (held.get()) {
        lookLater(workers);
      }
    }
  }

  /** Lets the lanes begin, if they have not; it stays held until all have begun. */
  private synchronized void begin() {
    if (held.get()) {
      begin.run();
      held.set(false);
    }
  }

  /** Returns whether messages are accepted but no delivery begins. */
  public boolean isHeld() {
    return held.get();
  }

  /** Ends the hold for good. Once this completes, everything that waits is delivered. */
  public CompletableFuture<Void> release() {
    return changes
        .change(
            batch -> {
              batch.change(new SettingChange.PutSetting(SETTING, null));
              batch.onCommit(this::begin);
              return Optional.empty();
            })
        .thenApply(nothing -> null);
  }

  /**
   * Sets the mark in a store that no engine runs on.
   *
   * @param millis the wall time, kept for people
   */
  public static void set(Store store, long millis) {
    Batch batch = new Batch();
    batch.idFloor = store.idFloor();
    batch.settings.add(new SettingChange.PutSetting(SETTING, Long.toString(millis)));
    DirectCommit.commit(store, batch);
  }

  /** Returns whether a store has the mark. */
  public static boolean isSet(Store store) {
    return store.setting(SETTING) != null;
  }
}
