package dev.posthorn.spi.runtime;

import java.util.concurrent.Executor;

/**
 * One thread that runs short tasks in the order in which they were given, and owns what they touch.
 *
 * <p>A task must not block. What a task throws is logged by the implementation and does not stop
 * the loop.
 */
public interface Loop extends Executor {

  /** Runs {@code task} on this loop, after all tasks given before. Any thread may call it. */
  @Override
  void execute(Runnable task);

  /**
   * Runs {@code task} on this loop after all tasks given before, and once it has looked at its I/O:
   * for work that goes on in parts, so that nothing else waits for all of them. To be called on the
   * loop.
   */
  default void executeAfterIo(Runnable task) {
    execute(task);
  }

  /**
   * Runs {@code task} on this loop once {@code delayNanos} of monotonic time have passed. Any
   * thread may call it.
   */
  Timer schedule(long delayNanos, Runnable task);

  /** Returns whether the caller runs on this loop. */
  boolean inLoop();

  /** A task that waits for its time. */
  @FunctionalInterface
  interface Timer {
    /** Forgets the task, unless it has begun to run. To be called on the loop. */
    void cancel();
  }
}
