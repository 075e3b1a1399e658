package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.base.EngineCounters;
import dev.posthorn.internal.engine.base.EngineEvents;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.engine.base.Guard;
import dev.posthorn.internal.engine.base.Promises;
import dev.posthorn.internal.engine.base.Shortages;
import dev.posthorn.internal.engine.base.UnmatchedLog;
import dev.posthorn.internal.engine.journal.Journal;
import dev.posthorn.internal.engine.journal.SettingsWriter;
import dev.posthorn.internal.engine.registry.DeliveryRules;
import dev.posthorn.internal.engine.registry.EndpointRegistry;
import dev.posthorn.internal.engine.registry.EnvironmentRegistry;
import dev.posthorn.internal.engine.registry.EventTypeRegistry;
import dev.posthorn.internal.engine.registry.HotBudget;
import dev.posthorn.internal.engine.registry.LaneSettings;
import dev.posthorn.internal.engine.registry.LaneSettingsFactory;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.internal.id.PublicIds;
import dev.posthorn.spi.runtime.Clock;
import dev.posthorn.spi.store.MessageRow;
import dev.posthorn.spi.transport.Transport;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What the parts of one engine share. */
public final class Core {
  private static final long LATER_NANOS = 1_000_000_000;

  private final EngineOptions options;
  private final EngineRuntime runtime;
  private final Guard guard;
  private final Journal journal;
  private final LaneSettingsFactory settings;
  private final EndpointRegistry directory;
  private final Cancellations cancellations;
  private final EnvironmentRegistry environments;
  private final EventTypeRegistry catalogue;
  private final Identity identity;
  private final HotBudget hotBudget;
  private final BodyRoom bodyRoom;
  private final EngineCounters meter = new EngineCounters();
  private final EngineEvents events;
  private final Promises promises;
  private final SettingsWriter changes;
  private final Shortages shortages;
  private final UnmatchedLog unmatched;

  /** What deals with failures, and what writes. */
  public record Duty(Guard guard, Journal journal) {}

  /** What knows environments, event types, applications and endpoints, and what was cancelled. */
  public record Names(
      EndpointRegistry directory,
      Cancellations cancellations,
      EnvironmentRegistry environments,
      EventTypeRegistry catalogue,
      LaneSettingsFactory settings) {}

  /** What makes public ids and chance. */
  public record Identity(PublicIds publicIds, RandomGenerator random) {}

  public Core(
      EngineOptions options, EngineRuntime runtime, Duty duty, Names names, Identity identity) {
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
    this.events =
        new EngineEvents(runtime.scheduler().callbacks(), guard, meter, identity.publicIds);
    this.promises = new Promises(runtime.scheduler().callbacks());
    this.changes = new SettingsWriter(journal, promises);
    this.shortages = new Shortages(clock().nanoTime());
    this.unmatched = new UnmatchedLog(clock().machine(), identity.publicIds);
  }

  public EngineOptions options() {
    return options;
  }

  public Clock clock() {
    return runtime.clock();
  }

  Transport transport() {
    return runtime.transport();
  }

  /** Returns the workers. Nothing that a task throws gets any further. */
  public Executor workers() {
    return task ->
        runtime.scheduler().workers().execute(() -> guard.run("a task of a worker", task));
  }

  /** Has a worker run a task after a time. */
  public void workersLater(long nanos, Runnable task) {
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

  public EngineRuntime runtime() {
    return runtime;
  }

  public Guard guard() {
    return guard;
  }

  public Journal journal() {
    return journal;
  }

  public LaneSettingsFactory settings() {
    return settings;
  }

  public EnvironmentRegistry environments() {
    return environments;
  }

  public EventTypeRegistry catalogue() {
    return catalogue;
  }

  public EndpointRegistry directory() {
    return directory;
  }

  public Cancellations cancellations() {
    return cancellations;
  }

  RandomGenerator random() {
    return identity.random;
  }

  public PublicIds publicIds() {
    return identity.publicIds;
  }

  public HotBudget hotBudget() {
    return hotBudget;
  }

  public BodyRoom bodyRoom() {
    return bodyRoom;
  }

  public EngineCounters meter() {
    return meter;
  }

  public EngineEvents events() {
    return events;
  }

  /** Returns what makes futures for callers. */
  public Promises promises() {
    return promises;
  }

  /** Returns the writer of settings. */
  public SettingsWriter changes() {
    return changes;
  }

  public Shortages shortages() {
    return shortages;
  }

  public UnmatchedLog unmatched() {
    return unmatched;
  }

  /** Returns the rules that a delivery under way is judged by: its event type may have its own. */
  DeliveryRules rules(RegisteredEndpoint endpoint, LaneSettings settings, Delivery delivery) {
    Payload payload = delivery.payload;
    return payload == null
        ? settings.rules()
        : settings
            .rules()
            .forType(catalogue.retryWaits(endpoint.environment, payload.message.type()));
  }

  /** Takes a message into memory for deliveries that wait, if there is room. */
  public @Nullable Payload keep(MessageRow message, int waiting) {
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
