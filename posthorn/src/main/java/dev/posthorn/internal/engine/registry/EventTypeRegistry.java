package dev.posthorn.internal.engine.registry;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.internal.rules.EventTypeRules;
import dev.posthorn.spi.store.EventTypeRow;
import dev.posthorn.spi.store.SettingChange;
import dev.posthorn.spi.store.Store;
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
public final class EventTypeRegistry {
  private static final ConcurrentSkipListMap<String, EventTypeRow> NOTHING =
      new ConcurrentSkipListMap<>();

  private final Map<Long, ConcurrentSkipListMap<String, EventTypeRow>> byEnvironment =
      new ConcurrentHashMap<>();

  /** The number and size of event types, by environment. Writer only. */
  private final Map<Long, Extent> extents = new HashMap<>();

  /**
   * The extent of an environment's event types, and its growth by the batch that is being written.
   */
  private static final class Extent {
    private int count;
    private long characters;
    private int countInBatch;
    private long charactersInBatch;
  }

  /** The rows as of the batch that is being written, where they change there. Writer only. */
  private final Map<Name, Optional<EventTypeRow>> staged = new HashMap<>();

  /** The identity of an event type. */
  private record Name(long environment, String name) {}

  /** Reads the event types of some environments from a store. */
  public static EventTypeRegistry load(Store store, Set<Long> environments) {
    EventTypeRegistry registry = new EventTypeRegistry();
    for (long environment : environments) {
      store.eventTypes(environment).forEach(registry::applied);
    }
    return registry;
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

  /**
   * Adds a changed event type to a batch; it shows here once the batch is committed.
   *
   * @throws PosthornException if the environment has too many event types, or too long ones
   */
  void stage(EventTypeRow row, JournalBatch batch) {
    takeRoom(row, current(row.environment(), row.name()), batch);
    batch.settings().add(new SettingChange.PutEventType(row));
    stage(new Name(row.environment(), row.name()), Optional.of(row), batch);
  }

  /** Removes an event type in a batch; it is gone here once the batch is committed. */
  void remove(long environment, String name, JournalBatch batch) {
    batch.settings().add(new SettingChange.RemoveEventType(environment, name));
    stage(new Name(environment, name), Optional.empty(), batch);
  }

  private void stage(Name name, Optional<EventTypeRow> row, JournalBatch batch) {
    staged.put(name, row);
    batch.onUndo(() -> staged.remove(name));
    batch.onCommit(
        () -> {
          staged.remove(name);
          row.ifPresentOrElse(this::applied, () -> removed(name));
        });
  }

  private void takeRoom(EventTypeRow row, @Nullable EventTypeRow before, JournalBatch batch) {
    Extent extent = extent(row.environment());
    int more = before == null ? 1 : 0;
    long longer = characters(row) - (before == null ? 0 : characters(before));
    if (more > 0 && extent.count + extent.countInBatch >= EventTypeRules.MAX_EVENT_TYPES) {
      throw new PosthornException(
          Reason.CONFLICT,
          "event types: the environment has "
              + EventTypeRules.MAX_EVENT_TYPES
              + " and may not have more; remove some for good");
    }
    if (longer > 0
        && extent.characters + extent.charactersInBatch + longer > EventTypeRules.MAX_TOGETHER) {
      throw new PosthornException(
          Reason.CONFLICT,
          "event types: schemas and descriptions of the environment have more than "
              + EventTypeRules.MAX_TOGETHER
              + " characters together; shorten them, or remove some for good");
    }
    extent.countInBatch += more;
    extent.charactersInBatch += longer;
    batch.onEnd(
        () -> {
          extent.countInBatch -= more;
          extent.charactersInBatch -= longer;
        });
  }

  private Extent extent(long environment) {
    return extents.computeIfAbsent(environment, id -> new Extent());
  }

  private static long characters(EventTypeRow row) {
    String schemas = row.schemas();
    return (long) row.description().length() + (schemas == null ? 0 : schemas.length());
  }

  private void applied(EventTypeRow row) {
    EventTypeRow before =
        byEnvironment
            .computeIfAbsent(row.environment(), id -> new ConcurrentSkipListMap<>())
            .put(row.name(), row);
    count(row.environment(), before, row);
  }

  private void removed(Name name) {
    EventTypeRow before = byEnvironment.getOrDefault(name.environment, NOTHING).remove(name.name);
    count(name.environment, before, null);
  }

  private void count(long environment, @Nullable EventTypeRow before, @Nullable EventTypeRow now) {
    Extent extent = extent(environment);
    extent.count += (now == null ? 0 : 1) - (before == null ? 0 : 1);
    extent.characters +=
        (now == null ? 0 : characters(now)) - (before == null ? 0 : characters(before));
  }
}
