package dev.posthorn.internal.engine.task;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.base.OutageLog;
import dev.posthorn.internal.engine.base.Tenure;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.internal.engine.lane.LaneContext;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.reads.MessageFilter;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.spi.store.rows.TaskRow;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out one task: reads a page, then writes its results and its progress in one batch, and so
 * on. A crash in between loses nothing and repeats nothing. Between steps no thread waits, and
 * other tasks have their turn ({@link TaskQueue}).
 */
final class TaskRun {
  private static final Logger LOG = LoggerFactory.getLogger(TaskRun.class);
  private static final long LATER_NANOS = 1_000_000_000;
  private static final int PURGED = 100;

  /** The number of times in a row that a step may fail unexpectedly. */
  private static final int MOST_FAILURES = 10;

  private final TaskContext context;
  private final LaneContext lanes;
  private final TaskKind kind;
  private final CompletableFuture<TaskRow> end;
  private final OutageLog outage;
  private volatile TaskRow row;

  /** The tenure of the partition in which the present step began. */
  private volatile @Nullable Tenure tenure;

  /** The time at which the present step began. */
  private volatile long began;

  /** True while the end of the task without success is written, and afterwards. */
  private volatile boolean givenUp;

  private final AtomicInteger failures = new AtomicInteger();

  /** The number of deliveries canceled in the batch that is being written. Writer only. */
  private int counting;

  /**
   * Creates the run.
   *
   * @param row the task as it is stored
   * @param end completes when the task does; fails if it is given up
   */
  TaskRun(TaskContext context, TaskKind kind, TaskRow row, CompletableFuture<TaskRow> end) {
    this.context = context;
    this.lanes = context.lanes();
    this.kind = kind;
    this.row = row;
    this.end = end;
    this.outage = new OutageLog(LOG, "Step of task " + publicId(lanes, row));
  }

  Owner owner() {
    return TaskQueue.owner(row.environment(), row.application());
  }

  /** Does the next step, on a worker. */
  void next() {
    lanes.workers().executeLater(0, () -> guarded(this::step));
  }

  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (Throwable e) {
      failed(e);
    }
  }

  private void step() {
    began = lanes.clock().nanoTime();
    if (context.queue().isStopped()) {
      return; // it goes on after the next start
    }
    if (!beginsInItsTenure() || !lanes.runtime().store().lease().isHeld()) {
      // Another process may have taken over, and done this step.
      context.queue().stepped(this);
      later(() -> guarded(this::again));
      return;
    }
    TaskData data = TaskData.of(row);
    write(
        switch (kind) {
          case CANCEL -> cancel(data);
          case BROADCAST -> Broadcast.step(context, row, this::put);
          case PURGE -> purge(data);
          case RECOVER, REPLAY_MISSING, BULK_REPLAY -> {
            TaskPage page = TaskPage.read(lanes, lanes.runtime().store(), kind, data);
            yield context
                .changes()
                .change(1 + page.replays().size(), batch -> advance(data, page, batch));
          }
        });
  }

  /** Returns whether the partition is owned, and was so all the time since the last step. */
  private boolean beginsInItsTenure() {
    Tenure last = tenure;
    Tenure present = lanes.ownership().present(partition());
    if (present == null) {
      return false;
    }
    tenure = present;
    return last == null || last.equals(present);
  }

  long id() {
    return row.id();
  }

  /** Takes note of what the task has become on another node. */
  void refresh(TaskRow stored) {
    row = stored;
  }

  /** Returns the partition whose owner carries it out. */
  private int partition() {
    return Tasks.partitionOf(row, lanes.endpoints());
  }

  private CompletableFuture<TaskRow> cancel(TaskData data) {
    return context
        .deliveries()
        .cancelAll(data.order().endpoint(), data.order().until(), this::counted)
        .thenCompose(count -> changed(batch -> put(TaskData.of(row), batch)));
  }

  /** Counts canceled deliveries, in the same commit as their end. */
  void counted(int more, JournalBatch batch) {
    if (givenUp) {
      return; // what has ended must not be stored as running again: nobody would go on with it
    }
    counting += more;
    TaskData data = TaskData.of(row).after(0, counting, counting);
    TaskRow changed = put(TaskRow.RUNNING, data.json(), batch);
    batch.onUndo(() -> counting -= more);
    batch.onCommit(
        () -> {
          counting -= more;
          row = changed;
        });
  }

  private CompletableFuture<TaskRow> purge(TaskData data) {
    int partition = lanes.endpoints().partitionOf(row.application());
    Page<MessageRow> page =
        lanes
            .runtime()
            .store()
            .in(partition)
            .messages(
                new MessageQuery(
                    row.application(),
                    new PageRequest(
                        data.position(), Ids.firstAt(data.order().until()), false, PURGED),
                    MessageFilter.NONE));
    List<Long> left =
        page.rows().stream().filter(one -> !one.expunged()).map(MessageRow::id).toList();
    return context
        .deliveries()
        .cancel(row.application(), left)
        .thenCompose(
            cancelled ->
                changed(
                    batch -> {
                      batch.in(partition).expungedMessages.addAll(left);
                      return put(data.after(page.next(), page.rows().size(), left.size()), batch);
                    }));
  }

  private CompletableFuture<TaskRow> changed(Function<JournalBatch, TaskRow> change) {
    return context.changes().change(change);
  }

  private void write(CompletableFuture<TaskRow> written) {
    var unused =
        written.whenComplete(
            (changed, error) -> {
              if (error != null) {
                failed(error);
              } else {
                row = changed;
                failures.set(0);
                outage.succeeded();
                proceed();
              }
            });
  }

  /** Rests for as long as the step took: tasks leave at least half of the time to deliveries. */
  private void proceed() {
    if (row.status().equals(TaskRow.RUNNING)) {
      long took = lanes.clock().nanoTime() - began;
      lanes.workers().executeLater(took, () -> guarded(() -> context.queue().next(this)));
    } else {
      over();
    }
  }

  // ---- on the writer -------------------------------------------------------------------------

  private TaskRow advance(TaskData data, TaskPage page, JournalBatch batch) {
    lanes.endpoints().requireEndpoint(data.order().endpoint());
    int begun = 0;
    for (Replays.Replay replay : page.replays()) {
      begun += context.replays().begin(replay, batch) ? 1 : 0;
    }
    return put(data.after(page.next(), page.examined(), begun), batch);
  }

  /** Writes the progress of the task; nothing more is left at position 0. */
  private TaskRow put(TaskData data, JournalBatch batch) {
    requireOwned();
    return put(data.position() == 0 ? TaskRow.FINISHED : TaskRow.RUNNING, data.json(), batch);
  }

  /**
   * Fails a step whose partition passes to another node, which goes on from the last step; or has
   * done so since the step began, and is back.
   */
  private void requireOwned() {
    Tenure present = lanes.ownership().tenure(partition());
    if (present == null || !present.equals(tenure)) {
      throw new PosthornException(
          Reason.STORE_FAILED, "its partition passes to another node, which goes on with it");
    }
  }

  private TaskRow put(String status, String data, JournalBatch batch) {
    TaskRow changed = row.with(status, data, batch.now);
    batch.change(new SettingChange.PutTask(changed));
    if (kind == TaskKind.BROADCAST && !status.equals(TaskRow.RUNNING)) {
      batch.change(Broadcast.keep(row.id(), null));
    }
    return changed;
  }

  // ---- failures ------------------------------------------------------------------------------

  /** Tries the step again if the failure may pass; else gives the task up, and stores that. */
  private void failed(Throwable thrown) {
    Throwable cause = thrown.getCause();
    Throwable error = thrown instanceof CompletionException && cause != null ? cause : thrown;
    if (context.queue().isStopped() || isReason(error, Reason.CLOSED)) {
      return;
    }
    context.queue().stepped(this);
    boolean mayPass = mayPass(error);
    if (mayPass || (failures.get() < MOST_FAILURES && !(error instanceof PosthornException))) {
      if (!mayPass) {
        failures.incrementAndGet();
        lanes.guard().report("a step of a task", error);
      }
      outage.failed(error);
      later(() -> guarded(this::again));
      return;
    }
    if (!isReason(error, Reason.NOT_FOUND)) {
      LOG.error("Task {} given up because of a defect", publicId(lanes, row), error);
    }
    giveUp(error);
  }

  private static String publicId(LaneContext lanes, TaskRow row) {
    return lanes.publicIds().format(IdPrefix.TASK, row.id());
  }

  /**
   * Reads the task again: the last step may have been written although its result was unknown, or
   * be lost with the last commits before a failover, even with the whole task.
   */
  private void again() {
    TaskRow stored = lanes.runtime().store().task(row.id());
    if (stored == null) {
      end.completeExceptionally(
          new PosthornException(Reason.NOT_FOUND, "task: is lost in a failover; begin it again"));
      context.queue().ended(this);
      return;
    }
    row = stored;
    proceed();
  }

  private static boolean mayPass(Throwable error) {
    return error instanceof StoreException
        || isReason(error, Reason.OVERLOADED)
        || isReason(error, Reason.STORE_FULL)
        || isReason(error, Reason.STORE_FAILED)
        || isReason(error, Reason.UNKNOWN);
  }

  private static boolean isReason(Throwable error, Reason reason) {
    return error instanceof PosthornException e && e.reason() == reason;
  }

  private void giveUp(Throwable why) {
    // The words of a defect may name files and hosts, and customers read this.
    String text =
        why instanceof PosthornException
            ? String.valueOf(why.getMessage())
            : "a defect; the log has more";
    var unused =
        changed(batch -> giveUp(text, batch))
            .whenComplete(
                (changed, error) -> {
                  if (error == null) {
                    row = changed;
                    end.completeExceptionally(why);
                    context.queue().ended(this);
                  } else if (!context.queue().isStopped()) {
                    givenUp = false;
                    later(() -> guarded(this::again));
                  }
                });
  }

  private TaskRow giveUp(String why, JournalBatch batch) {
    requireOwned();
    givenUp = true;
    return put(TaskRow.FAILED, TaskData.of(row).givenUp(why).json(), batch);
  }

  private void over() {
    end.complete(row);
    context.queue().ended(this);
  }

  private void later(Runnable task) {
    lanes.workers().executeLater(LATER_NANOS, task);
  }
}
