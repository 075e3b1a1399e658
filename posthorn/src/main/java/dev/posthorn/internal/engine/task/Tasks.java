package dev.posthorn.internal.engine.task;

import dev.posthorn.internal.engine.base.Promises;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.journal.IdempotencyKey;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.internal.engine.journal.SettingsWriter;
import dev.posthorn.internal.engine.lane.LaneContext;
import dev.posthorn.internal.engine.lane.Sweep;
import dev.posthorn.internal.engine.registry.EndpointRegistry;
import dev.posthorn.internal.engine.registry.RegisteredApplication;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.reads.Reads;
import dev.posthorn.spi.store.reads.TaskQuery;
import dev.posthorn.spi.store.rows.HandoffRow;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.spi.store.rows.TaskRow;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Long work in the background. Tasks are on disk with their progress and continue after a restart.
 * They take turns by application, a step each ({@link TaskQueue}). Finished tasks are forgotten
 * when they are as old as messages may get.
 */
public final class Tasks {
  private static final int MOST_FORGOTTEN = 10;

  /** The number of pages that are looked at to count what a task would do. */
  private static final int MOST_COUNTED = 100;

  private final TaskContext context;
  private final SettingsWriter changes;
  private final Promises promises;

  /** The owner of a task; its application is 0 if it is for all of an environment. */
  private record Place(long environment, long application) {}

  public Tasks(TaskContext context, SettingsWriter changes, Promises promises) {
    this.context = context;
    this.changes = changes;
    this.promises = promises;
  }

  /** Returns an instance that begins each task once; see {@link IdempotencyKey}. */
  public Tasks once(IdempotencyKey idempotencyKey) {
    return new Tasks(context, changes.once(idempotencyKey), promises);
  }

  /**
   * Begins a task.
   *
   * @return completes once the task is on disk; fails with NOT_FOUND if there is no such endpoint,
   *     with OVERLOADED if too many tasks wait
   */
  public CompletableFuture<TaskRow> start(TaskKind kind, TaskOrder order) {
    return start(kind, order, new CompletableFuture<>());
  }

  /**
   * Begins a task and carries it out.
   *
   * @return completes once the task is done; fails as {@link #start} does, or if it is given up
   */
  public CompletableFuture<TaskRow> run(TaskKind kind, TaskOrder order) {
    CompletableFuture<TaskRow> end = new CompletableFuture<>();
    return promises.of(start(kind, order, end).thenCompose(begun -> end));
  }

  /**
   * Counts the deliveries that a task would begin if it started now, as far as it can tell without
   * starting: one that waits already is counted, but would not begin again. Looks at a bounded
   * number of rows, and may block.
   *
   * @throws dev.posthorn.PosthornException with NOT_FOUND if there is no such endpoint
   * @throws dev.posthorn.spi.store.StoreException if the store cannot be read
   */
  public Count count(TaskKind kind, TaskOrder order) {
    order.filter().check();
    LaneContext lanes = context.lanes();
    long application = lanes.endpoints().requireEndpoint(order.endpoint()).row().application();
    TaskData data = TaskData.begin(order);
    for (int page = 0; page < MOST_COUNTED; page++) {
      Reads reads = lanes.runtime().store().forLists(application);
      TaskPage found = TaskPage.read(lanes, reads, kind, data);
      data = data.after(found.next(), found.examined(), found.replays().size());
      if (found.next() == 0) {
        return new Count(data.changed(), true);
      }
    }
    return new Count(data.changed(), false);
  }

  /**
   * The number of deliveries that a task would begin.
   *
   * @param deliveries those that were counted
   * @param complete whether these are all
   */
  public record Count(long deliveries, boolean complete) {}

  private CompletableFuture<TaskRow> start(
      TaskKind kind, TaskOrder order, CompletableFuture<TaskRow> end) {
    order.filter().check();
    return changes.change(
        batch -> {
          RegisteredEndpoint endpoint =
              context.lanes().endpoints().requireEndpoint(order.endpoint());
          Place place = new Place(endpoint.environment, endpoint.row().application());
          return begin(kind, place, order, end, batch);
        });
  }

  /**
   * Begins to send a message to every application that an environment has.
   *
   * @param message the message; its application is ignored
   * @return completes once the task is on disk; fails with TOO_LARGE if the payload is, with
   *     OVERLOADED if too many tasks wait
   */
  public CompletableFuture<TaskRow> broadcast(long environment, SendRequest message) {
    message.requireAtMost(context.lanes().options().limits().maxPayloadSize());
    return changes.change(
        batch -> {
          Place place = new Place(environment, 0);
          TaskOrder order = new TaskOrder(0, 0, batch.now);
          TaskRow row = begin(TaskKind.BROADCAST, place, order, new CompletableFuture<>(), batch);
          batch.change(Broadcast.keep(row.id(), message));
          return row;
        });
  }

  /**
   * Begins to remove the payloads of all messages that an application has; see {@link
   * Deliveries#expunge}.
   *
   * @return completes once the task is on disk; fails with NOT_FOUND if there is no such
   *     application, with OVERLOADED if too many tasks wait
   */
  public CompletableFuture<TaskRow> purge(long application) {
    return changes.change(
        batch -> {
          RegisteredApplication entry = context.lanes().endpoints().requireApplication(application);
          Place place = new Place(entry.row().environment(), application);
          TaskOrder order = new TaskOrder(0, 0, batch.now + 1);
          return begin(TaskKind.PURGE, place, order, new CompletableFuture<>(), batch);
        });
  }

  private TaskRow begin(
      TaskKind kind,
      Place place,
      TaskOrder order,
      CompletableFuture<TaskRow> end,
      JournalBatch batch) {
    Owner owner = TaskQueue.owner(place.environment, place.application);
    context.queue().enter(owner);
    batch.onUndo(() -> context.queue().leave(owner));
    forgetSome(place.environment, batch);
    TaskRow row =
        TaskRow.begin(
            batch.nextId(0),
            place.environment,
            place.application,
            kind.type(),
            TaskData.begin(order.later(batch.steady - batch.now)).json(),
            batch.now);
    batch.change(new SettingChange.PutTask(row));
    int partition = partitionOf(row, context.lanes().endpoints());
    if (context.lanes().ownership().tenure(partition) == null) {
      batch.handOff(partition, HandoffRow.task(batch.nextId(0), row.id()));
    }
    batch.onCommit(() -> context.queue().add(new TaskRun(context, kind, row, end)));
    return row;
  }

  /**
   * Stores the result of work that was done at once, as a finished task.
   *
   * @param type the name of the work
   * @param result the result as JSON
   * @return completes once it is on disk
   */
  public CompletableFuture<TaskRow> keep(long environment, String type, String result) {
    return changes.change(
        batch -> {
          forgetSome(environment, batch);
          TaskRow row =
              TaskRow.begin(batch.nextId(0), environment, 0, type, result, batch.now)
                  .with(TaskRow.FINISHED, result, batch.now);
          batch.change(new SettingChange.PutTask(row));
          return row;
        });
  }

  private void forgetSome(long environment, JournalBatch batch) {
    long old =
        context.lanes().journal().retention().millis()
            - context.lanes().options().retentionMillis();
    Page<TaskRow> oldest =
        batch
            .store()
            .tasks(
                new TaskQuery(
                    environment,
                    new PageRequest(Long.MIN_VALUE, Ids.firstAt(old), false, MOST_FORGOTTEN),
                    null,
                    null));
    for (TaskRow row : oldest.rows()) {
      if (!row.status().equals(TaskRow.RUNNING)) {
        batch.change(new SettingChange.RemoveTask(row.id()));
      }
    }
  }

  /**
   * Resumes those of some tasks, which have not ended, whose partition this node owns from now on.
   * Writer only.
   *
   * @return the counters of canceled deliveries, by endpoint
   */
  public Map<Long, Sweep.Progress> resume(List<TaskRow> running, Set<Integer> partitions) {
    Map<Long, Sweep.Progress> counts = new HashMap<>();
    for (TaskRow row : running) {
      if (partitions.contains(partitionOf(row, context.lanes().endpoints()))) {
        TaskKind.of(row.type()).ifPresent(kind -> resume(kind, row, counts));
      }
    }
    return counts;
  }

  private void resume(TaskKind kind, TaskRow row, Map<Long, Sweep.Progress> counts) {
    TaskRun run = context.queue().run(row.id());
    if (run == null) {
      run = new TaskRun(context, kind, row, new CompletableFuture<>());
      context.queue().resume(run);
    } else {
      run.refresh(row); // it waits for its partition
    }
    TaskRun resumed = run;
    if (kind == TaskKind.CANCEL) {
      counts.putIfAbsent(TaskData.of(row).order().endpoint(), resumed::counted);
    }
  }

  /**
   * Returns the partition whose owner carries out a task: that of its application, or the one that
   * an environment's tasks have.
   */
  static int partitionOf(TaskRow row, EndpointRegistry endpoints) {
    return endpoints.partitionOf(row.application() == 0 ? row.environment() : row.application());
  }

  /** Begins no further step. */
  public void stop() {
    context.queue().stop();
  }
}
