package dev.posthorn.internal.sqlite.history;

import dev.posthorn.internal.sqlite.file.TransactionAware;

/** Whether something was removed for good since somebody last asked. */
public final class Removals implements TransactionAware {
  private boolean next;
  private boolean done;

  /** Notes that the current transaction removes something. */
  public void note() {
    next = true;
  }

  /** Returns whether a committed transaction removed something, once. */
  public boolean take() {
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
