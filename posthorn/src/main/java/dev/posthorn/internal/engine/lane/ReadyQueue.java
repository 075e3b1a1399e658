package dev.posthorn.internal.engine.lane;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Members that are ready for a turn. Those that do well and the others take turns, each group in
 * order of arrival. So one that does well waits for no crowd of others, and none of those waits
 * forever.
 */
final class ReadyQueue<T> {
  private final ArrayDeque<T> good = new ArrayDeque<>();
  private final ArrayDeque<T> others = new ArrayDeque<>();
  private boolean goodNext = true;

  void add(T member, boolean doesWell) {
    (doesWell ? good : others).addLast(member);
  }

  /** Removes and returns the member whose turn it is, or null. */
  @Nullable T poll() {
    boolean fromGood = others.isEmpty() || (goodNext && !good.isEmpty());
    goodNext = !fromGood;
    return (fromGood ? good : others).pollFirst();
  }

  boolean isEmpty() {
    return good.isEmpty() && others.isEmpty();
  }
}
