package dev.posthorn.engine;

import java.util.concurrent.atomic.AtomicInteger;

/** How many rows {@code hot} may still take, over all lanes. */
final class HotBudget {
  private final AtomicInteger left;

  HotBudget(int rows) {
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

  void giveBack() {
    left.incrementAndGet();
  }

  int left() {
    return left.get();
  }
}
