package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.fair.Turns;
import org.jspecify.annotations.Nullable;

/**
 * Members that are ready for a turn. Those that do well and the others take turns, and within each
 * of the two groups, applications do; the members of an application in order of arrival. So one
 * that does well waits for no crowd of others, nor for a crowd of another application, and none
 * waits forever.
 */
final class ReadyQueue<T> {
  private final Turns<T> good = new Turns<>();
  private final Turns<T> others = new Turns<>();
  private boolean goodNext = true;

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
