package dev.posthorn.simulation;

import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.reads.SettingsLog;
import dev.posthorn.spi.store.rows.EndpointRow;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The version and the log of the simulated settings. */
final class SimSettingsLog {
  private final TreeMap<Long, SettingsLog.Entry> entries = new TreeMap<>();
  private final Map<Long, UUID> marks = new TreeMap<>();
  private long version;

  /** The versions that some processes do not see yet. */
  private final TreeMap<Long, Hidden> hidden = new TreeMap<>();

  /** A version that only its writer sees, until a time; and the endpoints before it. */
  private record Hidden(long writer, long until, List<EndpointRow> before) {}

  /** Returns the version that a process sees. */
  long version(SimViewer viewer) {
    long now = viewer.now().getAsLong();
    while (!hidden.isEmpty() && hidden.firstEntry().getValue().until <= now) {
      hidden.pollFirstEntry();
    }
    for (Map.Entry<Long, Hidden> each : hidden.entrySet()) {
      if (each.getValue().writer != viewer.id()) {
        return each.getKey() - 1;
      }
    }
    return version;
  }

  /**
   * Returns the version that a batch is compared with. One with changes waits for the commit of
   * others that have some, and so sees it.
   */
  long versionFor(Batch batch, SimViewer viewer) {
    if (!batch.replicated().isEmpty()) {
      reveal();
    }
    return version(viewer);
  }

  /** Lets everybody see everything: they have waited for it. */
  void reveal() {
    hidden.clear();
  }

  /** Returns the endpoints as of a version, or null if that is the present one. */
  @Nullable List<EndpointRow> endpointsAt(long seen) {
    Hidden next = hidden.get(seen + 1);
    return next == null ? null : next.before;
  }

  /** Returns whether a batch is the one that advanced the version from its own. */
  boolean has(Batch batch) {
    return batch.settingsVersion != Batch.ANY_VERSION
        && marks.containsKey(batch.settingsVersion + 1)
        && batch.mark().equals(marks.get(batch.settingsVersion + 1));
  }

  /**
   * Keeps the changes of a batch, if it has any for all processes.
   *
   * @param before the endpoints before it
   */
  void append(Batch batch, SimViewer writer, Supplier<List<EndpointRow>> before) {
    if (batch.replicated().isEmpty()) {
      return;
    }
    version++;
    entries.put(version, new SettingsLog.Entry(version, batch.replicated()));
    marks.put(version, batch.mark());
    if (writer.seenAt().getAsLong() > writer.now().getAsLong()) {
      hidden.put(version, new Hidden(writer.id(), writer.seenAt().getAsLong(), before.get()));
    }
  }

  /** Returns the entries after a version that a process sees. */
  SettingsLog after(long since, int limit, SimViewer viewer) {
    if (since != version && !entries.containsKey(since + 1)) {
      reveal(); // it reads everything
      return SettingsLog.tooShort();
    }
    long last = version(viewer);
    List<SettingsLog.Entry> next =
        entries.tailMap(since, false).values().stream()
            .filter(entry -> entry.version() <= last)
            .limit(limit)
            .toList();
    return new SettingsLog(true, next);
  }

  /** Removes all entries; whoever has not read them must read all settings. */
  void clear() {
    entries.clear();
  }

  /** Becomes the same as another log. */
  void copyFrom(SimSettingsLog other) {
    entries.clear();
    entries.putAll(other.entries);
    marks.clear();
    marks.putAll(other.marks);
    version = other.version;
    hidden.clear();
  }
}
