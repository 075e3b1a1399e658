package dev.posthorn.internal.engine.registry;

import dev.posthorn.spi.store.rows.EndpointRow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of one application, by id and by their filters: the event types of those that
 * listen to all channels, the channels of the others.
 *
 * <p>The writer changes it, at a cost that hardly grows with the number of endpoints; everybody
 * reads it meanwhile. A reader during a change may or may not see it.
 */
final class EndpointIndex {
  private static final String ALL_TYPES = "*";

  private final ConcurrentSkipListMap<Long, RegisteredEndpoint> byId =
      new ConcurrentSkipListMap<>();
  private final Map<String, EndpointGroup> byType = new ConcurrentHashMap<>();
  private final Map<String, EndpointGroup> byChannel = new ConcurrentHashMap<>();
  private volatile int size;

  /** Returns the endpoints by id. Must not be modified. */
  NavigableMap<Long, RegisteredEndpoint> byId() {
    return byId;
  }

  int size() {
    return size;
  }

  /**
   * Adds an endpoint, or applies its change.
   *
   * @param before its previous row, or null if it is new
   * @param now its row from now on
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // only the writer changes it
  void put(RegisteredEndpoint endpoint, @Nullable EndpointRow before, EndpointRow now) {
    replace(byType, endpoint, before == null ? List.of() : types(before), types(now));
    replace(byChannel, endpoint, before == null ? List.of() : channels(before), channels(now));
    if (byId.put(endpoint.id, endpoint) == null) {
      size++;
    }
  }

  /** Removes an endpoint; its row is still the last one. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // only the writer changes it
  void remove(RegisteredEndpoint endpoint) {
    replace(byType, endpoint, types(endpoint.row()), List.of());
    replace(byChannel, endpoint, channels(endpoint.row()), List.of());
    if (byId.remove(endpoint.id) != null) {
      size--;
    }
  }

  /** Moves an endpoint from some groups to others; it stays in those that are among both. */
  private static void replace(
      Map<String, EndpointGroup> groups,
      RegisteredEndpoint endpoint,
      List<String> before,
      List<String> now) {
    now.forEach(text -> groups.computeIfAbsent(text, t -> new EndpointGroup()).put(endpoint));
    if (!before.isEmpty()) {
      Set<String> kept = new HashSet<>(now); // may be a thousand
      before.stream().filter(text -> !kept.contains(text)).forEach(t -> leave(groups, t, endpoint));
    }
  }

  private static void leave(
      Map<String, EndpointGroup> groups, String text, RegisteredEndpoint endpoint) {
    EndpointGroup group = groups.get(text);
    if (group != null) {
      group.remove(endpoint);
      if (group.members().isEmpty()) {
        groups.remove(text);
      }
    }
  }

  /** Returns the event types, and patterns of some, by which an endpoint is found. */
  private static List<String> types(EndpointRow row) {
    if (!row.state().accepts() || !row.spec().channels().isEmpty()) {
      return List.of();
    }
    List<String> types = row.spec().eventTypes();
    return types.isEmpty() ? List.of(ALL_TYPES) : types;
  }

  private static List<String> channels(EndpointRow row) {
    return row.state().accepts() ? row.spec().channels() : List.of();
  }

  /**
   * Returns all endpoints that a message may be for, and few others: those that share a channel
   * with it may want other event types. One that wants it for two reasons is there twice.
   */
  List<RegisteredEndpoint> candidates(String type, List<String> channels) {
    List<RegisteredEndpoint> found = new ArrayList<>();
    add(found, byType.get(ALL_TYPES));
    add(found, byType.get(type));
    for (int dot = type.indexOf('.'); dot >= 0; dot = type.indexOf('.', dot + 1)) {
      add(found, byType.get(type.substring(0, dot) + ".*"));
    }
    for (int i = 0; i < channels.size(); i++) {
      add(found, byChannel.get(channels.get(i)));
    }
    return found;
  }

  private static void add(List<RegisteredEndpoint> found, @Nullable EndpointGroup group) {
    if (group != null) {
      found.addAll(group.members());
    }
  }
}
