package dev.posthorn.internal.engine.lane;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Members that are ready for a turn. Those that do well and the others take turns, and within each
 * of the two groups, applications do; the members of an application in order of arrival. So one
 * that does well waits for no crowd of others, nor for a crowd of another application, and none
 * waits forever.
 */
final class ReadyQueue<T> {
  private final Applications<T> good = new Applications<>();
  private final Applications<T> others = new Applications<>();
  private boolean goodNext = true;

  /** The members of one application. */
  private static final class Line<T> {
    final ArrayDeque<T> members = new ArrayDeque<>(4);
    long application;
  }

  /** The applications of one group, in turn. */
  private static final class Applications<T> {
    private static final int MOST_SPARE = 256;

    private final Map<Long, Line<T>> lines = new HashMap<>();
    private final ArrayDeque<Line<T>> turns = new ArrayDeque<>();

    /** Lines without members, for the next applications. */
    private final ArrayDeque<Line<T>> spare = new ArrayDeque<>();

    void add(long application, T member) {
      Line<T> line = lines.get(application);
      if (line == null) {
        line = spare.isEmpty() ? new Line<>() : spare.removeLast();
        line.application = application;
        lines.put(application, line);
        turns.addLast(line);
      }
      line.members.addLast(member);
    }

    @Nullable T poll() {
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

    boolean isEmpty() {
      return turns.isEmpty();
    }
  }

  void add(long application, T member, boolean doesWell) {
    (doesWell ? good : others).add(application, member);
  }

  /** Removes and returns the member whose turn it is, or null. */
  @Nullable T poll() {
    boolean fromGood = others.isEmpty() || (goodNext && !good.isEmpty());
    goodNext = !fromGood;
    return (fromGood ? good : others).poll();
  }

  boolean isEmpty() {
    return good.isEmpty() && others.isEmpty();
  }
}
