package dev.posthorn.internal.http.loop;

import io.netty.channel.SingleThreadEventLoop;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks on an event loop in the order of their submission, for less than half a millisecond at
 * a time; then the loop takes care of its connections.
 *
 * <p>Netty alone runs tasks until none is left, and for up to a second, while responses wait.
 */
final class SlicedTasks {
  private static final Logger log = LoggerFactory.getLogger(SlicedTasks.class);
  private static final long SLICE_NANOS = 400_000;

  private final SingleThreadEventLoop loop;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  /** True while the next slice is going to come by itself. */
  private final AtomicBoolean scheduled = new AtomicBoolean();

  private final Runnable slice = this::slice;
  private final Runnable nextSlice = this::nextSlice;

  SlicedTasks(SingleThreadEventLoop loop) {
    this.loop = loop;
  }

  /**
   * Adds a task, which must not throw. Any thread may call it.
   *
   * @throws RejectedExecutionException if the loop has stopped; then no task runs any more
   */
  void add(Runnable task) {
    tasks.add(task);
    if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
      boolean submitted = false;
      try {
        loop.execute(slice);
        submitted = true;
      } finally {
        if (!submitted) {
          tasks.remove(task); // the caller hears that it does not run
          scheduled.set(false);
        }
      }
    }
  }

  private void slice() {
    boolean more = true;
    try {
      more = runSome();
    } finally {
      if (more) {
        proceedAfterIo();
      }
    }
  }

  /** Runs tasks while there is time; returns whether some are left. */
  private boolean runSome() {
    long began = System.nanoTime();
    while (true) {
      Runnable task = tasks.poll();
      if (task == null) {
        scheduled.set(false);
        if (tasks.isEmpty() || !scheduled.compareAndSet(false, true)) {
          return false;
        }
        continue;
      }
      task.run();
      if (System.nanoTime() - began >= SLICE_NANOS) {
        return true;
      }
    }
  }

  private void proceedAfterIo() {
    plan(loop::executeAfterEventLoopIteration, nextSlice);
  }

  private void nextSlice() {
    plan(loop::execute, slice);
  }

  private void plan(Consumer<Runnable> when, Runnable next) {
    try {
      when.accept(next);
    } catch (RejectedExecutionException e) {
      tasks.clear();
    } catch (Throwable e) {
      log.error("The next tasks of a loop could not be planned", e);
      scheduled.set(false); // the next task tries again
    }
  }
}
