package dev.posthorn.internal.engine.accept;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.base.Condition;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.base.Tenure;
import dev.posthorn.internal.engine.journal.Journal;
import dev.posthorn.internal.engine.lane.LaneContext;
import dev.posthorn.internal.engine.lane.Payload;
import dev.posthorn.internal.engine.lane.ShardLoop;
import dev.posthorn.internal.engine.lane.Shards;
import dev.posthorn.internal.engine.registry.Gate;
import dev.posthorn.internal.engine.registry.RegisteredApplication;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes messages in: bounds what waits for its commit, payloads and rows, and answers what an
 * acceptance needs to know about lanes, whose gates it works.
 */
public final class AdmissionControl {
  /** The bytes that a row, or a piece of a payload, counts as. */
  private static final int UNIT = 1_024;

  private final LaneContext context;
  private final Shards shards;
  private final Semaphore room;
  private final int units;
  private volatile boolean closed;

  public AdmissionControl(LaneContext context, Shards shards) {
    this.context = context;
    this.shards = shards;
    this.units = (int) Math.min(Integer.MAX_VALUE, context.options().limits().acceptBytes() / UNIT);
    this.room = new Semaphore(units, true); // or a message for many would wait for ever
  }

  /**
   * Hands a message to the journal.
   *
   * @param waitMillis how long to wait while too much waits to be stored
   * @param callback told on the writer, once, unless this throws
   * @throws PosthornException if the message is refused at once; nothing of it is stored
   */
  void accept(SendRequest request, long waitMillis, MessageEntry.AcceptCallback callback) {
    try {
      submit(request, waitMillis, callback);
    } catch (PosthornException e) {
      context.counters().refused(e.reason());
      throw e;
    }
  }

  private void submit(SendRequest request, long waitMillis, MessageEntry.AcceptCallback callback) {
    if (isUnknown(request)) {
      request.requireAtMost(context.options().limits().maxPayloadSize());
      EarlyMessage early = new EarlyMessage(this, request, callback);
      enter(size(early.weight()), waitMillis);
      handOver(early, early::leave);
      return;
    }
    MessageEntry entry = entry(request, waitMillis, callback);
    handOver(entry, entry::leave);
  }

  /** Hands in a message again whose application was unknown at first. */
  void submitAgain(SendRequest request, MessageEntry.AcceptCallback callback) {
    submit(request, 0, callback);
  }

  /** Returns whether a message is for an application that only others may know yet. */
  private boolean isUnknown(SendRequest request) {
    return context.runtime().store().isShared()
        && !context.endpoints().hasApplication(request.application());
  }

  /** Fails with NOT_FOUND if a message is for an unknown application. */
  void requireApplication(SendRequest request) {
    var unused = context.endpoints().requireApplication(request.application());
  }

  /** Hands an entry to the journal; if that cannot take it, the room of its messages is free. */
  public void handOver(Journal.Entry entry, List<MessageEntry> messages) {
    handOver(entry, () -> messages.forEach(MessageEntry::leave));
  }

  private void handOver(Journal.Entry entry, Runnable leave) {
    boolean handed = false;
    try {
      context.journal().submit(entry);
      handed = true;
    } finally {
      if (!handed) {
        leave.run();
      }
    }
  }

  /**
   * Makes room for a message; the entry gives it back once it is told what became of it.
   *
   * @throws PosthornException if the message is refused at once
   */
  public MessageEntry entry(
      SendRequest request, long waitMillis, MessageEntry.AcceptCallback callback) {
    RegisteredApplication application =
        context.endpoints().requireApplication(request.application());
    request.requireAtMost(context.options().limits().maxPayloadSize());
    MessageEntry entry = new MessageEntry(this, application, request, callback);
    enter(size(entry.weight()), waitMillis);
    return entry;
  }

  private void enter(int size, long waitMillis) {
    refuseIfClosed();
    try {
      boolean entered =
          (!room.hasQueuedThreads() && room.tryAcquire(size))
              || (waitMillis > 0 && room.tryAcquire(size, waitMillis, TimeUnit.MILLISECONDS));
      if (!entered) {
        throw new PosthornException(
            Reason.OVERLOADED,
            "too many messages wait to be stored; nothing was accepted, try again a little later");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PosthornException(Reason.OVERLOADED, "interrupted before anything was accepted", e);
    }
    if (closed) {
      room.release(size);
      refuseIfClosed();
    }
  }

  private void refuseIfClosed() {
    if (closed) {
      throw new PosthornException(
          Reason.CLOSED, "this instance is closed or closing; nothing was accepted");
    }
    Condition condition = context.guard().condition();
    if (condition.hasFailed()) {
      throw new PosthornException(
          Reason.STORE_FAILED, "nothing was accepted: " + condition.trouble().orElse(""));
    }
  }

  /** Reports a message that is on disk to listeners. */
  void accepted(MessageRow message) {
    context.events().accepted(message);
  }

  /** Returns the weight of a message with some deliveries. */
  static int weight(SendRequest request, int deliveries) {
    return 1 + deliveries + request.body().length / UNIT;
  }

  /** An acceptance of some weight was committed or refused. */
  void left(int weight) {
    room.release(size(weight));
  }

  /** Returns whether there is room for a message of some size. */
  boolean hasRoom() {
    return room.availablePermits() > units / 16;
  }

  /** One that is for very many endpoints has all of the room to itself. */
  private int size(int weight) {
    return Math.min(units, weight);
  }

  /**
   * Returns the tenure of an application's partition if its lanes are here, or null. Writer only.
   */
  @Nullable Tenure tenure(RegisteredApplication application) {
    return context.ownership().tenure(application.partition);
  }

  /** Returns whether a new delivery may enter {@code hot}. Writer only. */
  boolean admit(RegisteredEndpoint target, Tenure tenure) {
    int laneRows = context.options().limits().laneHotRows();
    return target.gate(laneRows, tenure).admit(context.hotBudget(), tenure.isRecovering());
  }

  /** Takes back what {@link #admit} answered, for a delivery that was not stored after all. */
  void giveBack(RegisteredEndpoint target, Tenure tenure, boolean admitted) {
    if (!admitted) {
      ShardLoop loop = loop(target);
      loop.execute(() -> loop.notStored(target, tenure));
      return;
    }
    Gate gate = target.gateOrNull(tenure);
    if (gate != null) {
      gate.left(context.hotBudget());
    } else {
      context.hotBudget().giveBack();
    }
  }

  long deadline(RegisteredEndpoint target, String type, long due) {
    return context.settings().deadline(target, type, due);
  }

  /** Returns whether a payload that is kept for a time, 0 for its message's, has an own end. */
  boolean endsBeforeItsMessage(long payloadMillis) {
    return payloadMillis != 0 && payloadMillis < context.options().retentionMillis();
  }

  @Nullable Payload keep(MessageRow message, int waiting) {
    return context.payloads().keep(message, waiting);
  }

  ShardLoop loop(RegisteredEndpoint target) {
    return shards.loop(target.id);
  }

  /** Returns whether every message that was handed in is committed or refused. */
  public boolean isQuiet() {
    return room.availablePermits() == units;
  }

  /** Refuses all messages from now on. */
  public void close() {
    closed = true;
  }
}
