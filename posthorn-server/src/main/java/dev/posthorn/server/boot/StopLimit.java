package dev.posthorn.server.boot;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The maximum duration of a stop, after which the process is halted, so that a signal always has an
 * effect. Its thread exists from the start, since a process in trouble may get no new one.
 */
final class StopLimit {
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final long millis;
  private final Runnable halt;

  private StopLimit(long millis, Runnable halt) {
    this.millis = millis;
    this.halt = halt;
  }

  /**
   * Creates a limit that counts from {@link #begin}.
   *
   * @param halt ends the process
   */
  static StopLimit of(long millis, Runnable halt) {
    StopLimit limit = new StopLimit(millis, halt);
    Thread thread = new Thread(limit::watch, "posthorn-stop-limit");
    thread.setDaemon(true);
    thread.start();
    return limit;
  }

  private void watch() {
    try {
      begun.await();
      if (!ended.await(millis, TimeUnit.MILLISECONDS)) {
        halt.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does this
    }
  }

  /** Starts the time. */
  void begin() {
    begun.countDown();
  }

  /** Ends the time, since the stop is complete. */
  void end() {
    ended.countDown();
  }
}
