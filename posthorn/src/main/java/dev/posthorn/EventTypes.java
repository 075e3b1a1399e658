package dev.posthorn;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The event types that are offered to customers. Every change is on disk when a method returns.
 *
 * <p>They are for people: messages of other types can be sent, and endpoints want what they want,
 * unless Posthorn was opened with {@link PosthornOptions#strictEventTypes}. Methods throw {@link
 * dev.posthorn.PosthornException}, with NOT_FOUND for a name that there is not, and CLOSED once
 * Posthorn is closed.
 */
public interface EventTypes {

  /**
   * Creates an event type, or describes the present one anew; it is offered then.
   *
   * @param schema a JSON Schema of its payload, or null
   * @throws dev.posthorn.PosthornException if the name is not one, or the schema is not JSON
   */
  EventType put(String name, String description, @Nullable String schema);

  /** Creates an event type without a schema; see {@link #put(String, String, String)}. */
  default EventType put(String name, String description) {
    return put(name, description, null);
  }

  /** Returns an event type. */
  EventType get(String name);

  /** Returns all event types, by name. */
  List<EventType> list();

  /** Offers an event type no longer. */
  EventType archive(String name);

  /** Removes an event type; endpoints that want it, and messages of it, stay. */
  void remove(String name);
}
