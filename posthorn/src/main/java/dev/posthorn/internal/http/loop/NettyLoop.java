package dev.posthorn.internal.http.loop;

import dev.posthorn.spi.runtime.Loop;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Adapts a Netty executor to {@link Loop}; after its stop it drops new tasks. */
public final class NettyLoop implements Loop {

  private static final Logger log = LoggerFactory.getLogger(NettyLoop.class);

  public final EventExecutor executor;

  /** The tasks of a loop with connections; null if there is no I/O to be done in between. */
  private final @Nullable SlicedTasks tasks;

  private volatile boolean stopped;

  NettyLoop(EventExecutor executor) {
    this.executor = executor;
    this.tasks = executor instanceof SingleThreadEventLoop loop ? new SlicedTasks(loop) : null;
  }

  @Override
  public void execute(Runnable task) {
    try {
      if (tasks == null) {
        executor.execute(() -> run(task));
      } else {
        tasks.add(() -> run(task));
      }
    } catch (RejectedExecutionException e) {
      log.debug("Dropped a task: the loop has stopped");
    }
  }

  @Override
  public void executeAfterIo(Runnable task) {
    if (executor instanceof SingleThreadEventLoop loop) {
      try {
        loop.executeAfterEventLoopIteration(() -> execute(task));
      } catch (RejectedExecutionException e) {
        log.debug("Dropped a task: the loop has stopped");
      }
    } else {
      execute(task);
    }
  }

  @Override
  public void executeSoon(Runnable task) {
    var unused = schedule(SOON_NANOS, task);
  }

  @Override
  public Timer schedule(long delayNanos, Runnable task) {
    try {
      Future<?> future = executor.schedule(() -> run(task), delayNanos, TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) {
      log.debug("Dropped a timer: the loop has stopped");
      return () -> {};
    }
  }

  @Override
  public boolean inLoop() {
    return executor.inEventLoop();
  }

  /** Stops the loop: waiting tasks are dropped. */
  void stop() {
    stopped = true;
  }

  private void run(Runnable task) {
    if (stopped) {
      return;
    }
    try {
      task.run();
    } catch (Throwable e) {
      log.error("A task failed", e);
    }
  }
}
