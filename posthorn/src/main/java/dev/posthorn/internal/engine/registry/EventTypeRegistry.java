package dev.posthorn.internal.engine.registry;

import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.rows.EventTypeRow;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * All event types, in memory. Everybody reads; the writer applies committed changes ({@link
 * StagedEventTypes}), so it never shows what is not on disk.
 */
public final class EventTypeRegistry {
  private static final ConcurrentSkipListMap<String, EventTypeRow> NOTHING =
      new ConcurrentSkipListMap<>();

  private final Map<Long, ConcurrentSkipListMap<String, EventTypeRow>> byEnvironment =
      new ConcurrentHashMap<>();

  /** The number and size of event types, by environment. Writer only. */
  private final Map<Long, Extent> extents = new HashMap<>();

  /** The extent of an environment's event types, or a difference of two. */
  static final class Extent {
    int count;
    long characters;

    /** Adds the difference between a row and the one before. */
    void add(@Nullable EventTypeRow before, @Nullable EventTypeRow now) {
      count += (now == null ? 0 : 1) - (before == null ? 0 : 1);
      characters += characters(now) - characters(before);
    }
  }

  /** The identity of an event type. */
  record Name(long environment, String name) {}

  /** Reads the event types of some environments from a store. */
  public static EventTypeRegistry load(Store store, Set<Long> environments) {
    EventTypeRegistry registry = new EventTypeRegistry();
    for (long environment : environments) {
      store.eventTypes(environment).forEach(registry::put);
    }
    return registry;
  }

  /** Returns an event type, or null. */
  @Nullable EventTypeRow eventType(long environment, String name) {
    return byEnvironment.getOrDefault(environment, NOTHING).get(name);
  }

  /** Returns all event types, in any order. */
  List<EventTypeRow> all() {
    return byEnvironment.values().stream().flatMap(rows -> rows.values().stream()).toList();
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

  /** Returns the extent of an environment's event types. Must not be modified. */
  Extent extent(long environment) {
    return extents.computeIfAbsent(environment, id -> new Extent());
  }

  static long characters(@Nullable EventTypeRow row) {
    if (row == null) {
      return 0;
    }
    String schemas = row.schemas();
    return (long) row.description().length() + (schemas == null ? 0 : schemas.length());
  }

  /** Applies a new or changed event type. */
  void put(EventTypeRow row) {
    Extent extent = extent(row.environment());
    EventTypeRow before =
        byEnvironment
            .computeIfAbsent(row.environment(), id -> new ConcurrentSkipListMap<>())
            .put(row.name(), row);
    extent.add(before, row);
  }

  /** Applies the removal of an event type. */
  void remove(Name name) {
    Extent extent = extent(name.environment);
    extent.add(byEnvironment.getOrDefault(name.environment, NOTHING).remove(name.name), null);
  }
}
