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
 * A few threads shared by all owners: owners take turns ({@link FairQueue}), and each leaves
 * threads and queue places to others ({@link Shares}). The threads exist only while there is work.
 */
public final class FairExecutor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FairExecutor.class);
  private static final int KEPT_SECONDS = 5;

  private final ThreadPoolExecutor pool;
  private final Shares threads;
  private final Shares places;
  private final FairQueue<Work> waiting = new FairQueue<>();
  private boolean closed;

  /** A task and its owner. */
  private record Work(Owner owner, Runnable task) {}

  /**
   * Creates an executor.
   *
   * @param name the prefix of its threads' names
   * @param threads limits the running tasks, by owner
   * @param places limits the waiting tasks, by owner
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
   * Runs a task in its owner's turn.
   *
   * @throws RejectedExecutionException if the owner has used up its share of the queue, or the
   *     executor is closed
   */
  public void execute(Owner owner, Runnable task) {
    synchronized (this) {
      if (closed || !places.mayTake(owner)) {
        throw new RejectedExecutionException(
            closed ? "the executor is closed" : "too many tasks are waiting");
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
    } catch (Throwable e) { // the next task to arrive or end starts it
      LOG.warn("Failed to start a thread; waiting tasks start with the next one", e);
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
    } catch (Throwable e) { // the task itself reports to its waiters, or they have a time limit
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

  /** Accepts no more tasks, and lets waiting and running ones finish within a time limit. */
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

  /** Accepts and starts no more tasks, and interrupts running ones. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      while (waiting.poll() != null) {
        // No caller waits for it any more.
      }
    }
    pool.shutdownNow();
  }
}
