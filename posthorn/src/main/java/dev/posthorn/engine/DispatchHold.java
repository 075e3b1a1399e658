package dev.posthorn.engine;

import dev.posthorn.store.Batch;
import dev.posthorn.store.SettingChange;
import dev.posthorn.store.Store;

/**
 * A mark in a store: an engine that starts on it accepts messages but begins no exchange until
 * {@link Engine#release}. A store that comes from a backup gets it, since what the backup holds as
 * waiting may have been delivered meanwhile.
 */
public final class DispatchHold {
  static final String SETTING = "dispatch_hold";

  private DispatchHold() {}

  /**
   * Sets the mark in a store that no engine runs on.
   *
   * @param millis the wall time, kept for people
   */
  public static void set(Store store, long millis) {
    Batch batch = new Batch();
    batch.idFloor = store.idFloor();
    batch.settings.add(new SettingChange.PutSetting(SETTING, Long.toString(millis)));
    store.commit(batch);
  }

  /** Returns whether a store has the mark. */
  public static boolean isSet(Store store) {
    return store.setting(SETTING) != null;
  }
}
