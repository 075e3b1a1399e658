package dev.posthorn.spi.runtime;

import java.util.concurrent.Executor;

/**
 * A single thread that runs short tasks in submission order and owns the data they touch.
 *
 * <p>A task must not block. The implementation logs what a task throws, and the loop keeps running.
 */
public interface Loop extends Executor {
  /** The delay of {@link #executeSoon}: much less than receivers take to answer. */
  long SOON_NANOS = 2_000_000;

  /** Runs {@code task} on this loop, after all tasks submitted before. Any thread may call it. */
  @Override
  void execute(Runnable task);

  /**
   * Runs {@code task} on this loop after all tasks submitted before, and after a poll of its I/O:
   * for work split into parts, so that other tasks need not wait for all of it. Must be called on
   * the loop.
   */
  default void executeAfterIo(Runnable task) {
    execute(task);
  }

  /**
   * Runs {@code task} on this loop after {@link #SOON_NANOS} of the machine's time: for work that
   * is cheaper for many things at once, and that nobody waits for. A clock that is set for a test
   * does not hold it up. Any thread may call it.
   */
  void executeSoon(Runnable task);

  /**
   * Runs {@code task} on this loop once {@code delayNanos} of monotonic time have passed. Any
   * thread may call it.
   */
  Timer schedule(long delayNanos, Runnable task);

  /** Returns whether the caller runs on this loop. */
  boolean inLoop();

  /** A scheduled task. */
  @FunctionalInterface
  interface Timer {
    /** Cancels the task, unless it has begun to run. Must be called on the loop. */
    void cancel();
  }
}
