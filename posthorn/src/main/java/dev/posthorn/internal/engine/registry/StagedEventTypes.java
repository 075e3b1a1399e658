package dev.posthorn.internal.engine.registry;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.rules.EventTypeRules;
import dev.posthorn.spi.store.rows.EventTypeRow;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The event types as of a batch: as its changes leave them, or else as they are in memory. Owned by
 * the writer.
 */
final class StagedEventTypes {
  private final EventTypeRegistry memory;

  /** The event types that the batch changes; empty: removes. */
  private final Map<EventTypeRegistry.Name, Optional<EventTypeRow>> changed = new LinkedHashMap<>();

  /** The difference that the batch makes, by environment. */
  private final Map<Long, EventTypeRegistry.Extent> growth = new HashMap<>();

  StagedEventTypes(EventTypeRegistry memory) {
    this.memory = memory;
  }

  /** Returns an event type, or null. */
  @Nullable EventTypeRow eventType(long environment, String name) {
    Optional<EventTypeRow> here = changed.get(new EventTypeRegistry.Name(environment, name));
    return here != null ? here.orElse(null) : memory.eventType(environment, name);
  }

  /**
   * Checks that there is room for a new or changed event type.
   *
   * @throws PosthornException if the environment has too many event types, or too long ones
   */
  void requireRoom(EventTypeRow row) {
    EventTypeRow before = eventType(row.environment(), row.name());
    EventTypeRegistry.Extent present = memory.extent(row.environment());
    EventTypeRegistry.Extent more = growth(row.environment());
    if (before == null && present.count + more.count >= EventTypeRules.MAX_EVENT_TYPES) {
      throw new PosthornException(
          Reason.CONFLICT,
          "event types: the environment has "
              + EventTypeRules.MAX_EVENT_TYPES
              + " and may not have more; remove some for good");
    }
    long longer = EventTypeRegistry.characters(row) - EventTypeRegistry.characters(before);
    if (longer > 0 && present.characters + more.characters + longer > EventTypeRules.MAX_TOGETHER) {
      throw new PosthornException(
          Reason.CONFLICT,
          "event types: schemas and descriptions of the environment have more than "
              + EventTypeRules.MAX_TOGETHER
              + " characters together; shorten them, or remove some for good");
    }
  }

  private EventTypeRegistry.Extent growth(long environment) {
    return growth.computeIfAbsent(environment, id -> new EventTypeRegistry.Extent());
  }

  // ---- changes -------------------------------------------------------------------------------

  void put(EventTypeRow row) {
    change(new EventTypeRegistry.Name(row.environment(), row.name()), row);
  }

  void remove(long environment, String name) {
    change(new EventTypeRegistry.Name(environment, name), null);
  }

  private void change(EventTypeRegistry.Name name, @Nullable EventTypeRow now) {
    growth(name.environment()).add(eventType(name.environment(), name.name()), now);
    changed.put(name, Optional.ofNullable(now));
  }

  // ---- after the commit ----------------------------------------------------------------------

  /** Brings memory to the state as of the batch. May be called again if it throws. */
  void apply() {
    changed.forEach((name, row) -> row.ifPresentOrElse(memory::put, () -> memory.remove(name)));
  }
}
