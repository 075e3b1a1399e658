package dev.posthorn.spi.store.reads;

import dev.posthorn.spi.store.rows.SettingChange;
import java.util.List;

/**
 * A page of the log of settings.
 *
 * @param reaches whether the log has every change after the version that was asked for; if not, the
 *     page is empty, and whoever follows the log must read all settings anew
 * @param entries the next entries, by version, without gaps
 */
public record SettingsLog(boolean reaches, List<Entry> entries) {

  /**
   * The changes of one batch.
   *
   * @param version the version of the settings from this batch on
   * @param changes its changes, in order
   */
  public record Entry(long version, List<SettingChange.Replicated> changes) {
    public Entry {
      changes = List.copyOf(changes);
    }
  }

  public SettingsLog {
    entries = List.copyOf(entries);
  }

  /** Returns the answer that the log does not reach back that far. */
  public static SettingsLog tooShort() {
    return new SettingsLog(false, List.of());
  }
}
