package dev.posthorn.engine;

import dev.posthorn.store.EventTypeRow;
import dev.posthorn.store.SettingChange;
import dev.posthorn.store.Store;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * All event types, in memory. Everybody reads; the writer changes it when a change is committed, so
 * it never shows what is not on disk.
 */
final class Catalogue {
  private static final ConcurrentSkipListMap<String, EventTypeRow> NOTHING =
      new ConcurrentSkipListMap<>();

  private final Map<Long, ConcurrentSkipListMap<String, EventTypeRow>> byEnvironment =
      new ConcurrentHashMap<>();

  /** The rows as of the batch that is being written, where they change there. Writer only. */
  private final Map<Name, Optional<EventTypeRow>> staged = new HashMap<>();

  /** What identifies an event type. */
  private record Name(long environment, String name) {}

  /** Reads the event types of some environments from a store. */
  static Catalogue load(Store store, Set<Long> environments) {
    Catalogue catalogue = new Catalogue();
    for (long environment : environments) {
      store.eventTypes(environment).forEach(catalogue::applied);
    }
    return catalogue;
  }

  /** Returns an event type, or null. */
  @Nullable EventTypeRow eventType(long environment, String name) {
    return byEnvironment.getOrDefault(environment, NOTHING).get(name);
  }

  /** Returns the event types of an environment, by name. */
  Collection<EventTypeRow> eventTypes(long environment) {
    return byEnvironment.getOrDefault(environment, NOTHING).values();
  }

  /** Returns the event types of an environment after a name, or all for null, in an order. */
  Collection<EventTypeRow> eventTypes(
      long environment, @Nullable String after, boolean descending) {
    NavigableMap<String, EventTypeRow> all = byEnvironment.getOrDefault(environment, NOTHING);
    NavigableMap<String, EventTypeRow> inOrder = descending ? all.descendingMap() : all;
    return (after == null ? inOrder : inOrder.tailMap(after, false)).values();
  }

  /**
   * Returns the waits between attempts that an event type sets, or null. Called for each attempt
   * that failed.
   */
  @Nullable List<Long> retryWaits(long environment, String name) {
    EventTypeRow row = eventType(environment, name);
    return row == null ? null : row.retryWaits();
  }

  // ---- writer only ---------------------------------------------------------------------------

  /** Returns an event type as of the batch that is being written, or null. */
  @Nullable EventTypeRow current(long environment, String name) {
    Optional<EventTypeRow> here = staged.get(new Name(environment, name));
    return here != null ? here.orElse(null) : eventType(environment, name);
  }

  /** Puts a changed event type into a batch; it shows here once the batch is committed. */
  void stage(EventTypeRow row, Writing writing) {
    writing.batch.settings.add(new SettingChange.PutEventType(row));
    stage(new Name(row.environment(), row.name()), Optional.of(row), writing);
  }

  /** Has a batch remove an event type; it is gone here once the batch is committed. */
  void remove(long environment, String name, Writing writing) {
    writing.batch.settings.add(new SettingChange.RemoveEventType(environment, name));
    stage(new Name(environment, name), Optional.empty(), writing);
  }

  private void stage(Name name, Optional<EventTypeRow> row, Writing writing) {
    staged.put(name, row);
    writing.onUndo(() -> staged.remove(name));
    writing.onCommit(
        () -> {
          staged.remove(name);
          row.ifPresentOrElse(this::applied, () -> removed(name));
        });
  }

  private void applied(EventTypeRow row) {
    byEnvironment
        .computeIfAbsent(row.environment(), id -> new ConcurrentSkipListMap<>())
        .put(row.name(), row);
  }

  private void removed(Name name) {
    byEnvironment.getOrDefault(name.environment, NOTHING).remove(name.name);
  }
}
