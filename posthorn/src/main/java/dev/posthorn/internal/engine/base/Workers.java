package dev.posthorn.internal.engine.base;

import dev.posthorn.spi.runtime.Scheduler;
import java.util.concurrent.Executor;

/** Runs tasks on the scheduler's workers. Nothing that a task throws gets any further. */
public final class Workers implements Executor {
  private static final long RETRY_NANOS = 1_000_000_000;

  private final Scheduler scheduler;
  private final Guard guard;

  public Workers(Scheduler scheduler, Guard guard) {
    this.scheduler = scheduler;
    this.guard = guard;
  }

  /** Runs a task; throws if there is no thread for it. */
  @Override
  public void execute(Runnable task) {
    scheduler.workers().execute(() -> guard.run("a task of a worker", task));
  }

  /** Runs a task after a time, or as soon after that as there is a thread for it. */
  public void executeLater(long nanos, Runnable task) {
    scheduler.writer().schedule(nanos, () -> handOver(task));
  }

  private void handOver(Runnable task) {
    try {
      execute(task);
    } catch (Throwable e) { // no thread for it
      guard.report("handing a task to a worker", e);
      executeLater(RETRY_NANOS, task);
    }
  }
}
