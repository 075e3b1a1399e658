package dev.posthorn.internal.engine.journal;

import dev.posthorn.spi.store.rows.SettingChange;

/** The settings as of a batch: those in memory with the changes of the batch. Writer only. */
public interface SettingsInBatch {

  /** Adds a change of the batch. Memory stays as it is. */
  void add(SettingChange change);

  /** Applies the changes to memory: the batch is on disk. May be called again if it throws. */
  void apply();
}
