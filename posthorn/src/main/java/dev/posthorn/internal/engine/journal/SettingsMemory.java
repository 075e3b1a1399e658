package dev.posthorn.internal.engine.journal;

import dev.posthorn.spi.store.SettingChange;

/**
 * The settings in memory. The writer changes them, and only by applying changes that are committed.
 */
@FunctionalInterface
public interface SettingsMemory {
  /** No settings: changes are only stored. */
  SettingsMemory NONE =
      () ->
          new SettingsInBatch() {
            @Override
            public void add(SettingChange change) {}

            @Override
            public void apply() {}
          };

  /** Returns the settings as of a batch that has no changes yet. Changes nothing. */
  SettingsInBatch begin();
}
