package dev.posthorn.internal.fair;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Members that wait, by the application that they belong to: applications take turns, one member
 * each, and the members of each are in order of arrival. So nobody waits for the crowd of another
 * application. Not thread-safe.
 */
public final class Turns<T> {
  private static final int MOST_SPARE = 256;

  private final Map<Long, Line<T>> lines = new HashMap<>();
  private final ArrayDeque<Line<T>> turns = new ArrayDeque<>();

  /** Lines without members, for the next applications. */
  private final ArrayDeque<Line<T>> spare = new ArrayDeque<>();

  /** The members of one application. */
  private static final class Line<T> {
    final ArrayDeque<T> members = new ArrayDeque<>(4);
    long application;
  }

  /** Adds a member after the others of its application; the turn of a new one is the last. */
  public void add(long application, T member) {
    Line<T> line = lines.get(application);
    if (line == null) {
      line = spare.isEmpty() ? new Line<>() : spare.removeLast();
      line.application = application;
      lines.put(application, line);
      turns.addLast(line);
    }
    line.members.addLast(member);
  }

  /** Returns the member whose turn it is, or null. */
  public @Nullable T peek() {
    Line<T> line = turns.peekFirst();
    return line == null ? null : line.members.peekFirst();
  }

  /** Removes and returns the member whose turn it is, or null. */
  public @Nullable T poll() {
    Line<T> line = turns.pollFirst();
    if (line == null) {
      return null;
    }
    T member = line.members.pollFirst();
    if (!line.members.isEmpty()) {
      turns.addLast(line);
    } else {
      lines.remove(line.application);
      if (spare.size() < MOST_SPARE) {
        spare.addLast(line);
      }
    }
    return member;
  }

  public boolean isEmpty() {
    return turns.isEmpty();
  }
}
