package dev.posthorn.engine;

import dev.posthorn.store.EndpointRow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of one application, by id and by what they want: the event types of those that
 * listen to all channels, the channels of the others.
 *
 * <p>The writer changes it, at a cost that hardly grows with the number of endpoints; everybody
 * reads it meanwhile. Who reads during a change may or may not see it.
 */
final class EndpointIndex {
  private static final String ALL_TYPES = "*";

  private final ConcurrentSkipListMap<Long, EndpointEntry> byId = new ConcurrentSkipListMap<>();
  private final ConcurrentSkipListMap<Wish, EndpointEntry> byWish = new ConcurrentSkipListMap<>();
  private volatile int size;

  private enum Kind {
    /** An event type, or a pattern of some. */
    TYPE,
    CHANNEL
  }

  /** What an endpoint wants, one of possibly several things. */
  private record Wish(Kind kind, String text, long endpoint) implements Comparable<Wish> {
    @Override
    public int compareTo(Wish other) {
      int byKind = kind.compareTo(other.kind);
      int byText = byKind != 0 ? byKind : text.compareTo(other.text);
      return byText != 0 ? byText : Long.compare(endpoint, other.endpoint);
    }
  }

  /** Returns the endpoints by id. Not to be modified. */
  NavigableMap<Long, EndpointEntry> byId() {
    return byId;
  }

  int size() {
    return size;
  }

  /** Adds an endpoint, or notes that it has changed. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // only the writer changes it
  void put(EndpointEntry endpoint, @Nullable EndpointRow before) {
    List<Wish> old = before == null ? List.of() : wishes(before);
    Set<Wish> now = new HashSet<>(wishes(endpoint.row())); // may be a thousand
    now.forEach(wish -> byWish.put(wish, endpoint));
    old.stream().filter(wish -> !now.contains(wish)).forEach(byWish::remove);
    if (byId.put(endpoint.id, endpoint) == null) {
      size++;
    }
  }

  /** Removes an endpoint, whose row is as it was. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // only the writer changes it
  void remove(EndpointEntry endpoint) {
    wishes(endpoint.row()).forEach(byWish::remove);
    if (byId.remove(endpoint.id) != null) {
      size--;
    }
  }

  private static List<Wish> wishes(EndpointRow row) {
    if (!row.state().accepts()) {
      return List.of();
    }
    if (!row.channels().isEmpty()) {
      return row.channels().stream().map(name -> new Wish(Kind.CHANNEL, name, row.id())).toList();
    }
    List<String> types = row.eventTypes().isEmpty() ? List.of(ALL_TYPES) : row.eventTypes();
    return types.stream().map(type -> new Wish(Kind.TYPE, type, row.id())).toList();
  }

  /**
   * Returns all endpoints that a message may be for, and few others: those that share a channel
   * with it may want other event types. One that wants it for two reasons is there twice.
   */
  List<EndpointEntry> candidates(String type, List<String> channels) {
    List<EndpointEntry> found = new ArrayList<>();
    add(found, Kind.TYPE, ALL_TYPES);
    add(found, Kind.TYPE, type);
    for (int dot = type.indexOf('.'); dot >= 0; dot = type.indexOf('.', dot + 1)) {
      add(found, Kind.TYPE, type.substring(0, dot) + ".*");
    }
    for (int i = 0; i < channels.size(); i++) {
      add(found, Kind.CHANNEL, channels.get(i));
    }
    return found;
  }

  private void add(List<EndpointEntry> found, Kind kind, String text) {
    found.addAll(
        byWish
            .subMap(new Wish(kind, text, Long.MIN_VALUE), new Wish(kind, text, Long.MAX_VALUE))
            .values());
  }
}
