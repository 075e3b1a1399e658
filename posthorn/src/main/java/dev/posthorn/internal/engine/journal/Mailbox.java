package dev.posthorn.internal.engine.journal;

import java.util.List;
import java.util.function.Supplier;

/** The way from the journal to a thread that owns state: an event loop implements it. */
@FunctionalInterface
public interface Mailbox {

  /**
   * Runs the tasks of one commit on the owner's thread, in order and in one turn. The journal calls
   * it again with the same tasks if it throws.
   *
   * @param tasks returns the tasks at the first call, and none at any other; only the owner's
   *     thread calls it
   */
  void deliver(Supplier<List<Runnable>> tasks);
}
