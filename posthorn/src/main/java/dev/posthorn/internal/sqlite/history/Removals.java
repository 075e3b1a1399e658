package dev.posthorn.internal.sqlite.history;

import dev.posthorn.internal.sqlite.file.TransactionAware;

/** Records whether data was permanently removed since the last check. */
public final class Removals implements TransactionAware {
  private boolean next;
  private boolean done;

  /** Records that the current transaction removes data. */
  public void note() {
    next = true;
  }

  /** Returns whether a committed transaction removed data, and resets that. */
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
