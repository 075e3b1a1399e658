package dev.posthorn.engine;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What waits, by whose it is: owners take turns, one thing each, and what one owner has goes in the
 * order in which it came. Not thread-safe.
 */
final class FairQueue<K, T> {
  private final Map<K, ArrayDeque<T>> lines = new LinkedHashMap<>();

  /** Adds something behind what its owner has; an owner that had nothing has its turn last. */
  void add(K owner, T item) {
    lines.computeIfAbsent(owner, o -> new ArrayDeque<>(4)).addLast(item);
  }

  /** Takes out the first thing of the next owner that may have a turn; null if there is none. */
  @Nullable T poll(Predicate<K> mayHaveTurn) {
    for (K owner : lines.keySet()) {
      if (mayHaveTurn.test(owner)) {
        return take(owner);
      }
    }
    return null;
  }

  private T take(K owner) {
    ArrayDeque<T> line = Objects.requireNonNull(lines.remove(owner));
    T first = line.removeFirst();
    if (!line.isEmpty()) {
      lines.put(owner, line); // behind all others
    }
    return first;
  }
}
