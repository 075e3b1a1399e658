package dev.posthorn.engine;

import dev.posthorn.id.PublicIds;
import dev.posthorn.scheduler.Clock;
import dev.posthorn.store.MessageRow;
import dev.posthorn.transport.Transport;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What the parts of one engine share. */
final class Core {
  private static final long LATER_NANOS = 1_000_000_000;

  private final EngineOptions options;
  private final EngineRuntime runtime;
  private final Guard guard;
  private final Journal journal;
  private final LaneSettingsFactory settings;
  private final Directory directory;
  private final Cancellations cancellations;
  private final Environments environments;
  private final Catalogue catalogue;
  private final Identity identity;
  private final HotBudget hotBudget;
  private final BodyRoom bodyRoom;
  private final EngineMeter meter = new EngineMeter();
  private final EngineEvents events;
  private final Promises promises;
  private final Shortages shortages;
  private final UnmatchedLog unmatched;

  /** What deals with failures, and what writes. */
  record Duty(Guard guard, Journal journal) {}

  /** What knows environments, event types, applications and endpoints, and what was cancelled. */
  record Names(
      Directory directory,
      Cancellations cancellations,
      Environments environments,
      Catalogue catalogue,
      LaneSettingsFactory settings) {}

  /** What makes public ids and chance. */
  record Identity(PublicIds publicIds, RandomGenerator random) {}

  Core(EngineOptions options, EngineRuntime runtime, Duty duty, Names names, Identity identity) {
    this.options = options;
    this.runtime = runtime;
    this.guard = duty.guard;
    this.journal = duty.journal;
    this.settings = names.settings;
    this.directory = names.directory;
    this.cancellations = names.cancellations;
    this.environments = names.environments;
    this.catalogue = names.catalogue;
    this.identity = identity;
    this.hotBudget = new HotBudget(options.limits().hotRows());
    this.bodyRoom = new BodyRoom(options.limits().waitingBytes());
    this.events = new EngineEvents(runtime.scheduler().callbacks(), guard, meter);
    this.promises = new Promises(runtime.scheduler().callbacks());
    this.shortages = new Shortages(clock().nanoTime());
    this.unmatched = new UnmatchedLog(clock().machine(), identity.publicIds);
  }

  EngineOptions options() {
    return options;
  }

  Clock clock() {
    return runtime.clock();
  }

  Transport transport() {
    return runtime.transport();
  }

  /** Returns the workers. Nothing that a task throws gets any further. */
  Executor workers() {
    return task ->
        runtime.scheduler().workers().execute(() -> guard.run("a task of a worker", task));
  }

  /** Has a worker run a task after a time. */
  void workersLater(long nanos, Runnable task) {
    runtime.scheduler().writer().schedule(nanos, () -> handOn(task));
  }

  private void handOn(Runnable task) {
    try {
      workers().execute(task);
    } catch (Throwable e) { // no thread for it
      guard.report("handing a task to a worker", e);
      workersLater(LATER_NANOS, task);
    }
  }

  EngineRuntime runtime() {
    return runtime;
  }

  Guard guard() {
    return guard;
  }

  Journal journal() {
    return journal;
  }

  LaneSettingsFactory settings() {
    return settings;
  }

  Environments environments() {
    return environments;
  }

  Catalogue catalogue() {
    return catalogue;
  }

  Directory directory() {
    return directory;
  }

  Cancellations cancellations() {
    return cancellations;
  }

  RandomGenerator random() {
    return identity.random;
  }

  PublicIds publicIds() {
    return identity.publicIds;
  }

  HotBudget hotBudget() {
    return hotBudget;
  }

  BodyRoom bodyRoom() {
    return bodyRoom;
  }

  EngineMeter meter() {
    return meter;
  }

  EngineEvents events() {
    return events;
  }

  /** Returns what makes futures for callers. */
  Promises promises() {
    return promises;
  }

  Shortages shortages() {
    return shortages;
  }

  UnmatchedLog unmatched() {
    return unmatched;
  }

  /** Returns the rules that a delivery under way is judged by: its event type may have its own. */
  DeliveryRules rules(EndpointEntry endpoint, LaneSettings settings, Delivery delivery) {
    Payload payload = delivery.payload;
    return payload == null
        ? settings.rules()
        : settings
            .rules()
            .forType(catalogue.retryWaits(endpoint.environment, payload.message.type()));
  }

  /** Takes a message into memory for deliveries that wait, if there is room. */
  @Nullable Payload keep(MessageRow message, int waiting) {
    long bytes = Payload.waitingBytes(message.body().length);
    if (!bodyRoom.tryTake(bytes)) {
      return null;
    }
    Payload kept = null;
    try {
      kept = payload(message, waiting);
      return kept;
    } finally {
      if (kept == null) {
        bodyRoom.giveBack(bytes);
      }
    }
  }

  /** Takes a message into memory, for deliveries under way or for which there is room. */
  Payload payload(MessageRow message, int waiting) {
    return new Payload(message, identity.publicIds.format("msg", message.id()), waiting, bodyRoom);
  }
}
