package dev.posthorn.internal.fair;

import dev.posthorn.spi.runtime.Owner;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A queue by owner: groups take turns, one item each, and so do the members of a group; each
 * member's items are in FIFO order. Not thread-safe.
 */
public final class FairQueue<T> {
  private final Map<Object, Map<Object, Line<T>>> groups = new LinkedHashMap<>();

  /** The items of one owner. */
  private record Line<T>(Owner owner, ArrayDeque<T> items) {}

  /** Adds an item after its owner's other items; an owner without items gets its turn last. */
  public void add(Owner owner, T item) {
    groups
        .computeIfAbsent(owner.group(), group -> new LinkedHashMap<>(4))
        .computeIfAbsent(owner.member(), member -> new Line<>(owner, new ArrayDeque<>(2)))
        .items
        .addLast(item);
  }

  public boolean isEmpty() {
    return groups.isEmpty();
  }

  /** Removes and returns the next item, or null if there is none. */
  public @Nullable T poll() {
    return poll(owner -> true);
  }

  /**
   * Removes and returns the next item of the owners that may have a turn, or null if there is none.
   */
  public @Nullable T poll(Predicate<Owner> mayHaveTurn) {
    return poll(group -> true, mayHaveTurn);
  }

  /**
   * Removes and returns the next item of the owners that may have a turn, or null if there is none.
   * If a group may not, its members are not examined, however many it has.
   */
  public @Nullable T poll(Predicate<Object> mayGroup, Predicate<Owner> mayMember) {
    for (Map.Entry<Object, Map<Object, Line<T>>> group : groups.entrySet()) {
      if (!mayGroup.test(group.getKey())) {
        continue;
      }
      for (Line<T> line : group.getValue().values()) {
        if (mayMember.test(line.owner)) {
          return take(line);
        }
      }
    }
    return null;
  }

  /** Takes an item, and moves its group and its member behind all others. */
  private T take(Line<T> line) {
    Object group = line.owner.group();
    Map<Object, Line<T>> members = Objects.requireNonNull(groups.remove(group));
    members.remove(line.owner.member());
    T first = line.items.removeFirst();
    if (!line.items.isEmpty()) {
      members.put(line.owner.member(), line);
    }
    if (!members.isEmpty()) {
      groups.put(group, members);
    }
    return first;
  }

  /** Removes an item before its turn; returns whether it was there. */
  public boolean remove(Owner owner, T item) {
    Map<Object, Line<T>> members = groups.get(owner.group());
    Line<T> line = members == null ? null : members.get(owner.member());
    if (line == null || !line.items.remove(item)) {
      return false;
    }
    if (line.items.isEmpty()) {
      Objects.requireNonNull(members).remove(owner.member());
      if (members.isEmpty()) {
        groups.remove(owner.group());
      }
    }
    return true;
  }
}
