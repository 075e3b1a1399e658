package dev.posthorn.simulation;

import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.reads.SettingsLog;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** The version and the log of the simulated settings. */
final class SimSettingsLog {
  private final TreeMap<Long, SettingsLog.Entry> entries = new TreeMap<>();
  private final Map<Long, UUID> marks = new TreeMap<>();
  private long version;

  long version() {
    return version;
  }

  /** Returns whether a batch is the one that advanced the version from its own. */
  boolean has(Batch batch) {
    return batch.settingsVersion != Batch.ANY_VERSION
        && marks.containsKey(batch.settingsVersion + 1)
        && batch.mark().equals(marks.get(batch.settingsVersion + 1));
  }

  /** Keeps the changes of a batch, if it has any for all processes. */
  void append(Batch batch) {
    if (!batch.replicated().isEmpty()) {
      version++;
      entries.put(version, new SettingsLog.Entry(version, batch.replicated()));
      marks.put(version, batch.mark());
    }
  }

  /** Returns the entries after a version. */
  SettingsLog after(long since, int limit) {
    if (since != version && !entries.containsKey(since + 1)) {
      return SettingsLog.tooShort();
    }
    List<SettingsLog.Entry> next =
        entries.tailMap(since, false).values().stream().limit(limit).toList();
    return new SettingsLog(true, next);
  }

  /** Removes all entries; whoever has not read them must read all settings. */
  void clear() {
    entries.clear();
  }
}
