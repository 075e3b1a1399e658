package dev.posthorn.internal.inbox;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The relay's times to look for rows: at once after a nudge; often after a {@code send} in this
 * process, since its transaction may be committed at any moment; else at the poll interval.
 * Thread-safe.
 */
final class RelayPace {
  /** The shortest time between two looks, unless there was a nudge. */
  static final long SHORTEST_NANOS = 1_000_000;

  /** A look is due once the youngest send is older by this part of its age. */
  private static final int PART_OF_AGE = 4;

  private final LongSupplier nanoTime;
  private final long intervalNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private boolean nudged;
  private boolean everSent;
  private long sentAt;
  private boolean waiting;
  private long waitingUntil;
  private boolean stopped;

  /** The number of looks that have begun, and which of them was the last that found no row. */
  private long looks;

  private long lastEmpty;

  RelayPace(LongSupplier nanoTime, long intervalNanos) {
    this.nanoTime = nanoTime;
    this.intervalNanos = intervalNanos;
  }

  /** Notes that a row was written, in a transaction that is still open. */
  void sent() {
    lock.lock();
    try {
      sentAt = nanoTime.getAsLong();
      if (waiting && waitingUntil - sentAt > SHORTEST_NANOS) {
        news.signalAll(); // it waits for the whole interval: the next look is due soon
      }
      everSent = true;
    } finally {
      lock.unlock();
    }
  }

  /** Makes the relay look at once. */
  void nudge() {
    lock.lock();
    try {
      nudged = true;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends all waiting. */
  void stop() {
    lock.lock();
    try {
      stopped = true;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isStopped() {
    lock.lock();
    try {
      return stopped;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the next look is due. */
  void awaitLook() throws InterruptedException {
    lock.lock();
    try {
      long begun = nanoTime.getAsLong();
      while (!nudged && !stopped) {
        long now = nanoTime.getAsLong();
        waitingUntil = begun + waitNanos(now);
        if (waitingUntil - now <= 0) {
          break;
        }
        waiting = true;
        var unused = news.awaitNanos(waitingUntil - now);
      }
      nudged = false;
      looks++;
    } finally {
      waiting = false;
      lock.unlock();
    }
  }

  /** Notes that the look that began last has found no row. */
  void foundNone() {
    lock.lock();
    try {
      lastEmpty = looks;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until a look that begins from now on has found no row; returns whether that came about in
   * time.
   */
  boolean awaitEmpty(long nanos) throws InterruptedException {
    lock.lock();
    try {
      long before = looks;
      nudged = true;
      news.signalAll();
      long until = nanoTime.getAsLong() + nanos;
      for (long left = nanos; lastEmpty <= before && left > 0 && !stopped; ) {
        var unused = news.awaitNanos(left);
        left = until - nanoTime.getAsLong();
      }
      return lastEmpty > before;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a time after a failure; only the end cuts it short. */
  void awaitAfterFailure(long nanos) throws InterruptedException {
    lock.lock();
    try {
      long until = nanoTime.getAsLong() + nanos;
      for (long left = nanos; left > 0 && !stopped; left = until - nanoTime.getAsLong()) {
        var unused = news.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns the time from the last look to the next one, as things are at a time. */
  long waitNanos(long now) {
    lock.lock();
    try {
      if (!everSent) {
        return intervalNanos;
      }
      long part = Math.max(SHORTEST_NANOS, (now - sentAt) / PART_OF_AGE);
      return Math.min(intervalNanos, part);
    } finally {
      lock.unlock();
    }
  }
}
