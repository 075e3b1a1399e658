package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.base.EngineCounters;
import dev.posthorn.internal.engine.base.EngineEvents;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.engine.base.Guard;
import dev.posthorn.internal.engine.base.Ownership;
import dev.posthorn.internal.engine.base.Shortages;
import dev.posthorn.internal.engine.base.Workers;
import dev.posthorn.internal.engine.journal.Journal;
import dev.posthorn.internal.engine.registry.EndpointRegistry;
import dev.posthorn.internal.engine.registry.HotBudget;
import dev.posthorn.internal.engine.registry.LaneSettingsFactory;
import dev.posthorn.internal.id.PublicIds;
import dev.posthorn.spi.runtime.Clock;
import dev.posthorn.spi.transport.Transport;
import java.util.random.RandomGenerator;

/**
 * Everything that the lanes of one engine share; nothing of acceptance, tasks or the engine itself.
 */
public final class LaneContext {
  private final EngineOptions options;
  private final EngineRuntime runtime;
  private final Duty duty;
  private final Registry registry;
  private final Reporting reporting;
  private final RandomGenerator random;
  private final Workers workers;
  private final HotBudget hotBudget;
  private final BodyRoom bodyRoom;
  private final Payloads payloads;
  private final Shortages shortages;
  private final LaneLog log;

  /**
   * The parts that everything depends on.
   *
   * @param guard deals with failures
   * @param journal writes
   * @param ownership the partitions that this node owns
   */
  public record Duty(Guard guard, Journal journal, Ownership ownership) {}

  /**
   * The parts that know endpoints.
   *
   * @param endpoints the endpoints themselves
   * @param settings makes the settings that lanes use
   * @param cancellations the deliveries that were canceled
   */
  public record Registry(
      EndpointRegistry endpoints, LaneSettingsFactory settings, Cancellations cancellations) {}

  /**
   * The parts that report what happens.
   *
   * @param ids make ids public
   * @param counters counts
   * @param events are passed to listeners
   */
  public record Reporting(PublicIds ids, EngineCounters counters, EngineEvents events) {}

  public LaneContext(
      EngineOptions options,
      EngineRuntime runtime,
      Duty duty,
      Registry registry,
      Reporting reporting,
      RandomGenerator random) {
    this.options = options;
    this.runtime = runtime;
    this.duty = duty;
    this.registry = registry;
    this.reporting = reporting;
    this.random = random;
    this.workers = new Workers(runtime.scheduler(), duty.guard);
    this.hotBudget = new HotBudget(options.limits().hotRows());
    this.bodyRoom = new BodyRoom(options.limits().waitingBytes());
    this.payloads = new Payloads(bodyRoom, reporting.ids);
    this.shortages = new Shortages(clock().nanoTime());
    this.log = new LaneLog(reporting.ids);
  }

  public EngineOptions options() {
    return options;
  }

  public EngineRuntime runtime() {
    return runtime;
  }

  public Clock clock() {
    return runtime.clock();
  }

  Transport transport() {
    return runtime.transport();
  }

  public Workers workers() {
    return workers;
  }

  public Guard guard() {
    return duty.guard;
  }

  public Journal journal() {
    return duty.journal;
  }

  public Ownership ownership() {
    return duty.ownership;
  }

  public EndpointRegistry endpoints() {
    return registry.endpoints;
  }

  public LaneSettingsFactory settings() {
    return registry.settings;
  }

  public Cancellations cancellations() {
    return registry.cancellations;
  }

  public PublicIds publicIds() {
    return reporting.ids;
  }

  public EngineCounters counters() {
    return reporting.counters;
  }

  public EngineEvents events() {
    return reporting.events;
  }

  RandomGenerator random() {
    return random;
  }

  public HotBudget hotBudget() {
    return hotBudget;
  }

  public BodyRoom bodyRoom() {
    return bodyRoom;
  }

  public Payloads payloads() {
    return payloads;
  }

  public Shortages shortages() {
    return shortages;
  }

  LaneLog log() {
    return log;
  }
}
