package dev.posthorn.internal.postgresql.connection;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Tells a thread that works at intervals to stop. Thread-safe. */
public final class StopSignal {
  private final AtomicBoolean given = new AtomicBoolean();
  private final CountDownLatch stop = new CountDownLatch(1);

  /** Waits for the next interval, or until the signal; returns whether to go on. */
  public boolean pause(Duration duration) {
    try {
      return !stop.await(duration.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      return false; // nobody but the runtime's end interrupts such a thread
    }
  }

  /** Returns whether the signal was given. */
  public boolean isGiven() {
    return given.get();
  }

  /** Gives the signal; returns whether it has not been given before. */
  public boolean give() {
    boolean first = given.compareAndSet(false, true);
    stop.countDown();
    return first;
  }
}
