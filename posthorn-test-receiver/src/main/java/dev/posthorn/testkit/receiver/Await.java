package dev.posthorn.testkit.receiver;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions in tests, with a time limit. */
public final class Await {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Await() {}

  /**
   * Waits until {@code condition} holds, at most 20 seconds.
   *
   * @param what the condition in words, for the failure
   * @throws AssertionError if it does not hold in time
   */
  public static void until(String what, BooleanSupplier condition) {
    until(what, PATIENCE, condition);
  }

  /**
   * Waits until {@code condition} holds, at most {@code patience}.
   *
   * @throws AssertionError if it does not hold in time
   */
  public static void until(String what, Duration patience, BooleanSupplier condition) {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("Not within " + patience + ": " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }
}
