package dev.posthorn.internal.fair;

import dev.posthorn.spi.runtime.Owner;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few threads that all have work for, and nobody can have for itself: owners take turns ({@link
 * FairQueue}), and none has more threads, or more places to wait, than it leaves to others ({@link
 * Shares}). The threads are there only while there is something to do.
 */
public final class FairExecutor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FairExecutor.class);
  private static final int KEPT_SECONDS = 5;

  private final ThreadPoolExecutor pool;
  private final Shares threads;
  private final Shares places;
  private final FairQueue<Work> waiting = new FairQueue<>();
  private boolean closed;

  /** A task, and whose it is. */
  private record Work(Owner owner, Runnable task) {}

  /**
   * Creates an executor.
   *
   * @param name the beginning of its threads' names
   * @param threads how many tasks run at the same time, as owners share them
   * @param places how many wait
   */
  public FairExecutor(String name, Shares threads, Shares places) {
    this(named(name), threads, places);
  }

  FairExecutor(ThreadFactory factory, Shares threads, Shares places) {
    this.threads = threads;
    this.places = places;
    int most = threads.all();
    pool =
        new ThreadPoolExecutor(
            most, most, KEPT_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
    pool.allowCoreThreadTimeOut(true);
  }

  private static ThreadFactory named(String name) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * Runs a task when it is its owner's turn.
   *
   * @throws RejectedExecutionException if the owner has its part of what may wait, or this is
   *     closed
   */
  public void execute(Owner owner, Runnable task) {
    synchronized (this) {
      if (closed || !places.mayTake(owner)) {
        throw new RejectedExecutionException(closed ? "it is closed" : "too much waits already");
      }
      places.take(owner);
      waiting.add(owner, new Work(owner, task));
    }
    startNext();
  }

  private void startNext() {
    for (Work next; (next = next()) != null && start(next); ) {}
  }

  private synchronized @Nullable Work next() {
    Work next = waiting.poll(threads::mayGroupTake, threads::mayTake);
    if (next != null) {
      places.giveBack(next.owner);
      threads.take(next.owner);
    }
    return next;
  }

  private boolean start(Work work) {
    try {
      pool.execute(() -> run(work));
      return true;
    } catch (Throwable e) { // the next one that comes or ends starts it
      LOG.warn("No thread could be had; what waits for one is tried again with the next", e);
      synchronized (this) {
        threads.giveBack(work.owner);
        places.take(work.owner);
        waiting.add(work.owner, work);
      }
      return false;
    }
  }

  private void run(Work work) {
    try {
      work.task.run();
    } catch (Throwable e) { // who waits for it is told by the task itself, or has a limit
      LOG.error("A task failed", e);
    } finally {
      synchronized (this) {
        threads.giveBack(work.owner);
        if (closed && isIdle()) {
          notifyAll();
        }
      }
      startNext();
    }
  }

  /** Takes nothing more, and lets what waits and what runs end within a time. */
  public void close(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    synchronized (this) {
      closed = true;
      try {
        for (long left; !isIdle() && (left = end - System.nanoTime()) > 0; ) {
          TimeUnit.NANOSECONDS.timedWait(this, left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    close();
  }

  private boolean isIdle() {
    return threads.isUntaken() && places.isUntaken();
  }

  /** Takes nothing more, starts nothing more, and interrupts what runs. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      while (waiting.poll() != null) {
        // Nobody waits for it any more.
      }
    }
    pool.shutdownNow();
  }
}
