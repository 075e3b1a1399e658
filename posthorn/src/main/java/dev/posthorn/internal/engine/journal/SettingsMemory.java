package dev.posthorn.internal.engine.journal;

import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.rows.SettingChange;

/**
 * The settings in memory. The writer changes them, and only by applying changes that are committed,
 * in the order of their versions.
 */
public interface SettingsMemory {
  /** No settings: changes are only stored. */
  SettingsMemory NONE =
      new SettingsMemory() {
        @Override
        public long version() {
          return 0;
        }

        @Override
        public void version(long version) {}

        @Override
        public SettingsInBatch begin() {
          return new SettingsInBatch() {
            @Override
            public void add(SettingChange change) {}

            @Override
            public void apply() {}
          };
        }

        @Override
        public void readAgain(Store store) {}
      };

  /** Returns the version of the settings in memory. */
  long version();

  /** Notes that memory has all changes up to a version. */
  void version(long version);

  /** Returns the settings as of a batch that has no changes yet. Changes nothing. */
  SettingsInBatch begin();

  /**
   * Makes memory equal to a store that others write to meanwhile. Memory then has at least the
   * version that was the present one when this was called. May be called again if it throws.
   */
  void readAgain(Store store);
}
