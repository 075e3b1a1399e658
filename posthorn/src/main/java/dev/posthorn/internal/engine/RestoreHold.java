package dev.posthorn.internal.engine;

import dev.posthorn.internal.engine.base.DirectCommit;
import dev.posthorn.internal.engine.journal.SettingsWriter;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.rows.SettingChange;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A mark in a store: an engine that starts on it accepts messages but begins no exchange until
 * {@link #release}. A store restored from a backup gets it, since deliveries that wait in the
 * backup may have been made since.
 */
public final class RestoreHold {
  private static final String SETTING = "dispatch_hold";

  private final SettingsWriter changes;
  private final Runnable begin;
  private final AtomicBoolean held;

  /**
   * Reads the mark of the store that an engine starts on.
   *
   * @param begin lets the lanes begin; called by {@link #beginIfFree} or after the release, and
   *     again if it throws
   */
  RestoreHold(Store store, SettingsWriter changes, Runnable begin) {
    this.changes = changes;
    this.begin = begin;
    this.held = new AtomicBoolean(isSet(store));
  }

  /** Lets the lanes begin, unless the store has the mark. */
  void beginIfFree() {
    if (!held.get()) {
      begin.run();
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
              batch.onCommit(
                  () -> {
                    if (held.get()) { // until all have begun: if that fails, it is tried again
                      begin.run();
                      held.set(false);
                    }
                  });
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
