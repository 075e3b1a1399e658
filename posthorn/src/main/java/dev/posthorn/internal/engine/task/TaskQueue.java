package dev.posthorn.internal.engine.task;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.fair.FairQueue;
import dev.posthorn.spi.runtime.Owner;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that wait for their next step. Environments take turns, a step each, and so do the
 * applications of one and the tasks of those; no application takes two steps at a time. So one with
 * many tasks makes another one wait only for a few steps. Thread-safe.
 */
public final class TaskQueue {
  private static final int AT_A_TIME = 4;
  private static final int MOST = 10_000;
  private static final int MOST_OF_ONE = 100;

  private final FairQueue<TaskRun> waiting = new FairQueue<>();
  private final Map<Owner, TaskRun> stepping = new HashMap<>();
  private final Map<Owner, Integer> begun = new HashMap<>();

  /** The tasks that have not ended, by id. */
  private final Map<Long, TaskRun> runs = new HashMap<>();

  private int all;
  private volatile boolean stopped;

  /** Returns the owner of a task: an application, or a whole environment if that is 0. */
  static Owner owner(long environment, long application) {
    return new Owner(environment, application);
  }

  /**
   * Makes room for a task.
   *
   * @throws PosthornException with OVERLOADED if too many have not ended
   */
  synchronized void enter(Owner owner) {
    if (begun.getOrDefault(owner, 0) >= MOST_OF_ONE) {
      throw new PosthornException(
          Reason.OVERLOADED,
          MOST_OF_ONE + " tasks are unfinished here; try again when some have finished");
    }
    if (all >= MOST) {
      throw new PosthornException(
          Reason.OVERLOADED, "too many tasks wait; try again when some have finished");
    }
    entered(owner);
  }

  private void entered(Owner owner) {
    begun.merge(owner, 1, Integer::sum);
    all++;
  }

  /** Takes note that a task has ended, or was not begun after all. */
  synchronized void leave(Owner owner) {
    begun.computeIfPresent(owner, (o, count) -> count == 1 ? null : count - 1);
    all--;
  }

  /** Resumes a task that another process began, or this one before a restart. */
  synchronized void resume(TaskRun run) {
    entered(run.owner());
    add(run);
  }

  /** Returns the run of a task that has not ended here, or null. */
  synchronized @Nullable TaskRun run(long task) {
    return runs.get(task);
  }

  /** Queues a task for its next step. */
  synchronized void add(TaskRun run) {
    runs.put(run.id(), run);
    waiting.add(run.owner(), run);
    startSome();
  }

  /** Ends the step of a task; there may be another one, see {@link #add}. */
  synchronized void stepped(TaskRun run) {
    if (stepping.remove(run.owner(), run)) {
      startSome();
    }
  }

  /** Ends the step of a task and queues it for the next one. */
  void next(TaskRun run) {
    stepped(run);
    add(run);
  }

  /** Ends a task. */
  synchronized void ended(TaskRun run) {
    runs.remove(run.id());
    leave(run.owner());
    stepped(run);
  }

  private void startSome() {
    while (stepping.size() < AT_A_TIME && !stopped) {
      TaskRun run = waiting.poll(owner -> !stepping.containsKey(owner));
      if (run == null) {
        return;
      }
      stepping.put(run.owner(), run);
      run.next();
    }
  }

  void stop() {
    stopped = true;
  }

  boolean isStopped() {
    return stopped;
  }
}
