package dev.posthorn.internal.engine.lane;

/**
 * The number of deliveries that one lane may have under way. Starts small, grows by one with each
 * success, and starts again from one when a breaker closes. Owned by its lane.
 */
final class Window {
  private final int first;
  private final int most;
  private int size;

  Window(int first, int most) {
    this.first = Math.min(first, most);
    this.most = most;
    this.size = this.first;
  }

  int size() {
    return size;
  }

  void succeeded() {
    if (size < most) {
      size++;
    }
  }

  void failed() {
    size = Math.max(Math.min(size, first), size / 2);
  }

  /** After a breaker closed: one at a time at first. */
  void restart() {
    size = 1;
  }
}
