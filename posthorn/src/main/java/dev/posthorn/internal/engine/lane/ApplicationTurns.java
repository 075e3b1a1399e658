package dev.posthorn.internal.engine.lane;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Members that wait in line: applications take turns, and the members of each are in order of
 * arrival. So nobody waits for the crowd of another application.
 */
final class ApplicationTurns<T> {
  private final Map<Long, LinkedHashSet<T>> lines = new LinkedHashMap<>();

  /** Adds a member that does not wait yet. */
  void add(Long application, T member) {
    lines.computeIfAbsent(application, unknown -> new LinkedHashSet<>(4)).add(member);
  }

  boolean isEmpty() {
    return lines.isEmpty();
  }

  /**
   * Returns the first member of the first application in turn for which a condition holds, or null.
   */
  @Nullable T first(Predicate<T> condition) {
    for (LinkedHashSet<T> line : lines.values()) {
      T first = line.getFirst();
      if (condition.test(first)) {
        return first;
      }
    }
    return null;
  }

  /** Removes a member; its application has no turn for that. */
  void remove(Long application, T member) {
    LinkedHashSet<T> line = lines.get(application);
    if (line != null && line.remove(member) && line.isEmpty()) {
      lines.remove(application);
    }
  }

  /** Removes the first member of an application, whose next turn is after those of all others. */
  void take(Long application) {
    LinkedHashSet<T> line = lines.remove(application);
    if (line != null) {
      line.removeFirst();
      if (!line.isEmpty()) {
        lines.put(application, line);
      }
    }
  }
}
