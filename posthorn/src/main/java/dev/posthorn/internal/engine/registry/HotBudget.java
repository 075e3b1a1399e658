package dev.posthorn.internal.engine.registry;

import java.util.concurrent.atomic.AtomicInteger;

/** The room that is left in {@code hot}, over all lanes. */
public final class HotBudget {
  private final AtomicInteger left;

  public HotBudget(int rows) {
    left = new AtomicInteger(rows);
  }

  /**
   * Takes a place if there is one. Only the writer takes, so there is no race between the two
   * steps.
   */
  boolean tryTake() {
    if (left.get() <= 0) {
      return false;
    }
    left.decrementAndGet();
    return true;
  }

  /** Takes a place whether there is one or not. */
  void take() {
    left.decrementAndGet();
  }

  /** Gives back a place. */
  public void giveBack() {
    left.incrementAndGet();
  }

  public int left() {
    return left.get();
  }
}
