package dev.posthorn.store.sqlite.internal;

/** Whether something was removed for good since somebody last asked. */
final class Removals implements Staged {
  private boolean next;
  private boolean done;

  /** Notes that the current transaction removes something. */
  void note() {
    next = true;
  }

  /** Returns whether a committed transaction removed something, once. */
  boolean take() {
    boolean taken = done;
    done = false;
    return taken;
  }

  @Override
  public void committed() {
    done |= next;
    next = false;
  }

  @Override
  public void rolledBack() {
    next = false;
  }
}
