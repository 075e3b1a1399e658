package dev.posthorn.internal.engine.task;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.accept.AdmissionControl;
import dev.posthorn.internal.engine.accept.MessageEntry;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.base.SendResult;
import dev.posthorn.internal.engine.journal.Journal;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.internal.engine.lane.LaneContext;
import dev.posthorn.internal.engine.registry.RegisteredApplication;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.spi.store.rows.TaskRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * One step of a {@link TaskKind#BROADCAST}: a message to each of the next applications, and the
 * progress of the task, in one batch. So a crash neither leaves out an application nor sends to one
 * twice.
 *
 * <p>A setting in the store keeps the message itself until the task has ended: it may be large, and
 * every step writes the task's own row.
 */
public final class Broadcast implements Journal.Entry {
  private static final int APPLICATIONS = 100;
  private static final int BYTES = 4 << 20;

  private final LaneContext lanes;

  /** The messages that have room; adding one must not fail. */
  private final List<MessageEntry> entries = new ArrayList<>(APPLICATIONS);

  private final List<MessageEntry> accepted = new ArrayList<>();
  private final Map<MessageEntry, PosthornException> refused = new LinkedHashMap<>();
  private final CompletableFuture<TaskRow> done = new CompletableFuture<>();
  private final BiFunction<TaskData, JournalBatch, TaskRow> put;
  private final TaskData before;
  private long last;
  private int examined;
  private @Nullable TaskRow written;

  /**
   * Creates the step.
   *
   * @param before the progress of the task
   * @param put adds the task's row to a batch; it has finished if its position is 0
   */
  private Broadcast(
      LaneContext lanes, TaskData before, BiFunction<TaskData, JournalBatch, TaskRow> put) {
    this.lanes = lanes;
    this.before = before;
    this.put = put;
  }

  /** Returns the change that keeps the message of a task, or removes it if it is null. */
  static SettingChange keep(long task, @Nullable SendRequest message) {
    return new SettingChange.PutSetting(setting(task), message == null ? null : message.json());
  }

  private static String setting(long task) {
    return "broadcast " + task;
  }

  /**
   * Takes the next step of a task. Only applications that existed when the task was begun get the
   * message.
   *
   * @return completes with the task's row as it was written; fails, with nothing written, if there
   *     is no room, or as an acceptance does
   */
  static CompletableFuture<TaskRow> step(
      TaskContext context, TaskRow task, BiFunction<TaskData, JournalBatch, TaskRow> put) {
    AdmissionControl admission = context.admission();
    String kept = context.lanes().runtime().store().setting(setting(task.id()));
    if (kept == null) {
      return CompletableFuture.completedFuture(ended(context, task));
    }
    SendRequest message = SendRequest.of(kept);
    Broadcast step = new Broadcast(context.lanes(), TaskData.of(task), put);
    boolean entered = false;
    try {
      step.enter(admission, task, message);
      entered = true;
    } catch (PosthornException e) {
      step.failed(e);
      return step.done;
    } finally {
      if (!entered) {
        step.entries.forEach(MessageEntry::leave);
      }
    }
    admission.handOver(step, step.entries);
    return step.done;
  }

  /** Returns the row of a task that another node has ended, if its message is gone. */
  private static TaskRow ended(TaskContext context, TaskRow task) {
    TaskRow stored = context.lanes().runtime().store().task(task.id());
    if (stored == null) {
      throw new PosthornException(
          Reason.NOT_FOUND,
          "message: lost with the last commits of a failed database; begin the task again");
    }
    if (stored.status().equals(TaskRow.RUNNING)) {
      throw new IllegalStateException("what task " + task.id() + " is to send is not there");
    }
    return stored;
  }

  private void enter(AdmissionControl admission, TaskRow task, SendRequest message) {
    int most = Math.clamp(BYTES / Math.max(1, message.body().length), 1, APPLICATIONS);
    PageRequest next = new PageRequest(before.position(), task.id(), false, most);
    List<RegisteredApplication> page =
        lanes.endpoints().applicationsOf(task.environment(), next).limit(most + 1L).toList();
    while (examined < Math.min(most, page.size())
        && enter(admission, message.to(page.get(examined).id))) {
      examined++;
    }
    last = examined < page.size() ? page.get(examined - 1).id : 0;
  }

  /** Returns whether the step may go on; without room it ends early, but not before the first. */
  private boolean enter(AdmissionControl admission, SendRequest message) {
    try {
      entries.add(admission.entry(message, 0, new Told()));
    } catch (PosthornException e) {
      if (e.reason() == Reason.OVERLOADED && !entries.isEmpty()) {
        return false;
      }
      if (e.reason() != Reason.NOT_FOUND) { // else it has just been deleted
        throw e;
      }
    }
    return true;
  }

  /** Counts the messages; the task's row has the result. */
  private final class Told implements MessageEntry.AcceptCallback {
    @Override
    public void accepted(SendResult result) {
      lanes.counters().accepted(result);
    }

    @Override
    public void refused(PosthornException why) {
      lanes.counters().refused(why.reason());
    }
  }

  @Override
  public void prepare(JournalBatch batch) {
    accepted.clear();
    refused.clear();
    List<TaskData.Sent> sent = new ArrayList<>();
    for (MessageEntry entry : entries) {
      try {
        entry.prepare(batch);
        accepted.add(entry);
        SendResult result = entry.result();
        if (result != null && !result.duplicate()) {
          sent.add(new TaskData.Sent(entry.application(), result.message()));
        }
      } catch (PosthornException e) { // it is gone, or had another message under the event id
        refused.put(entry, e);
      } catch (StoreException e) { // of what is in the batch already nothing must stay there
        throw new IllegalStateException(e);
      }
    }
    written = put.apply(before.after(last, examined, sent.size()).with(sent), batch);
  }

  @Override
  public void committed(JournalBatch batch) {
    accepted.forEach(entry -> entry.committed(batch));
    refused.forEach(MessageEntry::failed);
    TaskRow row = Objects.requireNonNull(written);
    lanes.workers().executeLater(0, () -> done.complete(row));
  }

  @Override
  public void posted() {
    accepted.forEach(MessageEntry::posted);
  }

  @Override
  public void failed(PosthornException why) {
    entries.forEach(entry -> entry.failed(why));
    lanes.workers().executeLater(0, () -> done.completeExceptionally(why));
  }

  @Override
  public int weight() {
    return 1 + entries.stream().mapToInt(MessageEntry::weight).sum();
  }

  @Override
  public boolean refusable() {
    return true;
  }
}
