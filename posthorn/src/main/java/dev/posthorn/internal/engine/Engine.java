package dev.posthorn.internal.engine;

import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.accept.AdmissionControl;
import dev.posthorn.internal.engine.accept.MessageAcceptor;
import dev.posthorn.internal.engine.base.Condition;
import dev.posthorn.internal.engine.base.EngineEvents;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.engine.base.Promises;
import dev.posthorn.internal.engine.base.UnmatchedLog;
import dev.posthorn.internal.engine.journal.SettingsRefresh;
import dev.posthorn.internal.engine.journal.SettingsWriter;
import dev.posthorn.internal.engine.lane.Expiry;
import dev.posthorn.internal.engine.lane.Lane;
import dev.posthorn.internal.engine.lane.LaneContext;
import dev.posthorn.internal.engine.lane.Parts;
import dev.posthorn.internal.engine.lane.ShardLoop;
import dev.posthorn.internal.engine.lane.Shards;
import dev.posthorn.internal.engine.registry.ApplicationAdmin;
import dev.posthorn.internal.engine.registry.EndpointAdmin;
import dev.posthorn.internal.engine.registry.EndpointRegistry;
import dev.posthorn.internal.engine.registry.EndpointSecrets;
import dev.posthorn.internal.engine.registry.EndpointTls;
import dev.posthorn.internal.engine.registry.EnvironmentAdmin;
import dev.posthorn.internal.engine.registry.EventTypeAdmin;
import dev.posthorn.internal.engine.registry.Reencryption;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.internal.engine.registry.RegisteredSettings;
import dev.posthorn.internal.engine.registry.RegistryView;
import dev.posthorn.internal.engine.registry.TokenAdmin;
import dev.posthorn.internal.engine.task.Deliveries;
import dev.posthorn.internal.engine.task.Polling;
import dev.posthorn.internal.engine.task.Replays;
import dev.posthorn.internal.engine.task.TaskContext;
import dev.posthorn.internal.engine.task.TaskQueue;
import dev.posthorn.internal.engine.task.Tasks;
import dev.posthorn.internal.id.PublicIds;
import dev.posthorn.spi.store.Lease;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.reads.Reads;
import java.nio.file.Path;
import java.util.PrimitiveIterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The engine that library and server are built around: accepts messages and delivers them.
 *
 * <p>Thread-safe. Methods that change something return a future at once, which completes when the
 * change is on disk. Each group of methods has a class of its own, such as {@link #messages()} and
 * {@link #deliveries()}.
 */
public final class Engine {
  private static final long UPKEEP_NANOS = 60_000_000_000L;
  private static final long FENCE_NANOS = 1_000_000_000L;

  /** The environment of everything that the library stores. */
  public static final long LIBRARY_ENVIRONMENT = 1;

  private final LaneContext context;
  private final RegisteredSettings settings;
  private final Keyring keyring;
  private final Shards shards;
  private final AdmissionControl admission;
  private final MessageAcceptor messages;
  private final UnmatchedLog unmatched;
  private final RegistryView registry;
  private final ApplicationAdmin applicationAdmin;
  private final EndpointAdmin endpointAdmin;
  private final EndpointSecrets endpointSecrets;
  private final EndpointTls endpointTls;
  private final EventTypeAdmin eventTypeAdmin;
  private final EnvironmentAdmin environmentAdmin;
  private final Reencryption reencryption;
  private final TokenAdmin tokenAdmin;
  private final Deliveries deliveries;
  private final Tasks tasks;
  private final Polling polling;
  private final EngineStats stats;
  private final RestoreHold hold;
  private final EngineShutdown shutdown;
  private final Rebalancing rebalancing;
  private final MessageLookup lookup = new MessageLookup(this);

  /**
   * Starts an engine on a store: reads the settings, then resumes all deliveries that wait.
   * Messages are accepted as soon as this returns.
   *
   * @param runtime owned by the engine from now on: closed with it, or if it cannot be started
   * @throws dev.posthorn.spi.store.StoreException if the store cannot be read
   */
  public static Engine start(EngineConfig config, EngineRuntime runtime) {
    return start(config, runtime, new Parts());
  }

  public static Engine start(EngineConfig config, EngineRuntime runtime, Parts parts) {
    try {
      return new Engine(EngineComponents.of(config, runtime, parts)).run();
    } catch (RuntimeException | Error e) {
      runtime.close();
      throw e;
    }
  }

  private Engine(EngineComponents components) {
    this.context = components.context();
    this.keyring = components.keyring();
    this.shards = components.shards();
    Store store = context.runtime().store();
    EngineOptions options = context.options();
    this.settings = components.settings();
    EndpointRegistry endpoints = settings.endpoints();
    Promises promises = new Promises(callbacks());
    SettingsWriter writer = new SettingsWriter(context.journal(), promises);
    SettingsRefresh refresh = new SettingsRefresh(context.journal(), context.runtime(), promises);
    this.registry = new RegistryView(endpoints, settings.eventTypes(), refresh);
    this.endpointSecrets =
        new EndpointSecrets(
            writer,
            endpoints,
            components.keyring(),
            context.settings(),
            context.events(),
            options.endpointsPerApplication());
    this.endpointTls = new EndpointTls(endpointSecrets, endpoints, components.keyring());
    this.endpointAdmin =
        new EndpointAdmin(
            writer, endpointSecrets, context.events(), options.endpointsPerApplication());
    this.applicationAdmin = new ApplicationAdmin(writer, endpointAdmin);
    this.eventTypeAdmin = new EventTypeAdmin(writer);
    this.environmentAdmin =
        new EnvironmentAdmin(writer, settings.environments(), options.retentionMillis());
    this.reencryption = new Reencryption(writer, endpoints, components.keyring());
    this.tokenAdmin = new TokenAdmin(writer, settings.environments());
    this.admission = new AdmissionControl(context, shards);
    this.messages = new MessageAcceptor(admission, context.counters(), promises);
    this.unmatched = new UnmatchedLog(context.clock().machine(), context.publicIds());
    Replays replays = new Replays(context, shards);
    this.deliveries = new Deliveries(context, shards, replays, writer, promises);
    TaskContext tasksContext =
        new TaskContext(
            context, writer.patient(), replays, deliveries.patient(), admission, new TaskQueue());
    this.tasks = new Tasks(tasksContext, writer, promises);
    this.polling = new Polling(store, endpoints, writer);
    this.stats = new EngineStats(context, settings, shards, promises);
    this.hold = new RestoreHold(store, writer, this::begin);
    Recovery recovery = new Recovery(context, shards, tasks);
    this.shutdown = new EngineShutdown(context, shards, admission, recovery, stats, promises);
    this.rebalancing = new Rebalancing(context, shards, components.parts(), recovery);
  }

  /** Returns the context of the lanes, for tests that check whether everything was given back. */
  public LaneContext context() {
    return context;
  }

  /** Returns all settings in memory, for the same tests. */
  public RegisteredSettings settings() {
    return settings;
  }

  /** Returns the loops, for the same tests. */
  public Shards shards() {
    return shards;
  }

  private Engine run() {
    context.guard().onEnd(shutdown::afterEnd);
    context.endpoints().onChange(this::endpointChanged);
    rebalancing.start();
    hold.start(context.workers());
    context.runtime().scheduler().writer().execute(this::keepUp);
    if (!context.runtime().store().lease().equals(Lease.UNLIMITED)) {
      watchFence();
    }
    context.runtime().scheduler().writer().execute(context.journal()::follow);
    new Handoffs(context, new HandedOffDeliveries(context, shards), deliveries, tasks).start();
    return this;
  }

  /** Lets the lanes begin: all of {@code hot} is in them. Those that have begun do not again. */
  private void begin() {
    for (ShardLoop loop : shards.all()) {
      loop.execute(loop::start);
    }
    new Expiry(context, shards).start();
  }

  /** Maintains the store while nothing else does. */
  private void keepUp() {
    context.runtime().scheduler().writer().schedule(UPKEEP_NANOS, this::keepUp);
    context.journal().keepTime();
    unmatched.tell();
  }

  /** Ends the engine soon after another process has taken over, even if it writes nothing. */
  private void watchFence() {
    StoreException fenced = context.runtime().store().lease().fenced();
    if (fenced != null) {
      context.guard().fence(fenced);
    }
    if (!condition().hasFailed()) {
      var unused = shards.all().getFirst().schedule(FENCE_NANOS, this::watchFence);
    }
  }

  private void endpointChanged(RegisteredEndpoint endpoint) {
    ShardLoop loop = shards.loop(endpoint.id);
    boolean deleted = endpoint.settings().deleted();
    loop.execute(
        () -> {
          // One that was deleted has a lane for a while, to end what is in the store.
          if (deleted || loop.laneOrNull(endpoint.id) != null) {
            loop.withLane(endpoint, Lane::settingsChanged);
          }
        });
  }

  // ---- what users do -------------------------------------------------------------------------

  /** Returns the part that accepts messages. */
  public MessageAcceptor messages() {
    return messages;
  }

  /**
   * Returns the part that cancels deliveries, delivers again, and reports where deliveries stand.
   */
  public Deliveries deliveries() {
    return deliveries;
  }

  /** Returns the part that does long work in the background. */
  public Tasks tasks() {
    return tasks;
  }

  /** Returns the part that reads messages for those who poll for them. */
  public Polling polling() {
    return polling;
  }

  // ---- settings ------------------------------------------------------------------------------

  /** Returns the part that reads applications, endpoints and event types. */
  public RegistryView registry() {
    return registry;
  }

  /** Returns the part that creates, changes and removes applications. */
  public ApplicationAdmin applicationAdmin() {
    return applicationAdmin;
  }

  /** Returns the part that creates, changes and removes endpoints. */
  public EndpointAdmin endpointAdmin() {
    return endpointAdmin;
  }

  /** Returns the part that reads and changes signing secrets and custom headers of endpoints. */
  public EndpointSecrets endpointSecrets() {
    return endpointSecrets;
  }

  /** Returns the part that reads and changes client certificates and CAs of endpoints. */
  public EndpointTls endpointTls() {
    return endpointTls;
  }

  /** Returns the part that creates, changes and removes event types. */
  public EventTypeAdmin eventTypeAdmin() {
    return eventTypeAdmin;
  }

  /** Returns the part that reads, creates and changes environments. */
  public EnvironmentAdmin environmentAdmin() {
    return environmentAdmin;
  }

  /** Returns the part that encrypts secrets again with the newest key. */
  public Reencryption reencryption() {
    return reencryption;
  }

  /** Returns the part that reads, adds, changes and ends tokens. */
  public TokenAdmin tokenAdmin() {
    return tokenAdmin;
  }

  // ---- the store -----------------------------------------------------------------------------

  /**
   * Returns the store for reading what belongs to an application. Reads never hold up deliveries;
   * applications take turns.
   */
  public PartitionReads store(long application) {
    Store store = context.runtime().store();
    return store.forLists(application).in(context.endpoints().partitionOf(application));
  }

  /** Returns the store for reading what belongs to no application. */
  public Reads store() {
    return context.runtime().store().forLists(0);
  }

  /** Returns the partitions with applications of an environment. */
  PrimitiveIterator.OfInt partitions(long environment) {
    return context.endpoints().partitionsOf(environment).iterator();
  }

  /** Returns the part that finds messages by their public ids. */
  public MessageLookup lookup() {
    return lookup;
  }

  /** Copies the store into a new file; see {@link Store#backup}. */
  public void backup(Path target) {
    context.runtime().store().backup(target);
  }

  /** Returns the keys that encrypt secrets. */
  public Keyring keyring() {
    return keyring;
  }

  /** Returns the public form of this store's ids. */
  public PublicIds publicIds() {
    return context.publicIds();
  }

  // ---- operation -----------------------------------------------------------------------------

  /** Returns the options. */
  public EngineOptions options() {
    return context.options();
  }

  /** Returns the wall time in milliseconds, without steps that are not trusted yet. */
  public long millis() {
    return context.journal().wall().millis();
  }

  /** Returns the condition: whether the engine can work, and if not, why. */
  public Condition condition() {
    return context.guard().condition();
  }

  /** Returns the figures of the running engine. */
  public EngineStats stats() {
    return stats;
  }

  /** Returns the part that passes events to listeners. */
  public EngineEvents events() {
    return context.events();
  }

  /** Returns the log of messages that matched no endpoint; every sent message is passed to it. */
  public UnmatchedLog unmatched() {
    return unmatched;
  }

  /** Returns the executor that runs the code of users, which may block: futures and listeners. */
  public Executor callbacks() {
    return context.runtime().scheduler().callbacks();
  }

  /** Returns the hold that keeps deliveries from beginning after a restore. */
  public RestoreHold hold() {
    return hold;
  }

  // ---- the end -------------------------------------------------------------------------------

  /**
   * Stops: refuses messages, starts no exchange, and waits until what is under way has its outcome
   * on disk. What is still under way after the grace is as after a crash: it will be attempted
   * again.
   *
   * @param graceMillis how long to wait at most
   * @return completes when all is quiet (true) or the grace is over (false)
   */
  public CompletableFuture<Boolean> stop(long graceMillis) {
    return shutdown.stop(graceMillis);
  }

  /**
   * Stops, and closes the runtime: no thread of the engine runs after it, and every open future
   * fails. Takes little longer than the grace.
   *
   * @param graceMillis how long to wait for what is under way
   * @return whether all that was under way has its outcome on disk
   */
  public boolean close(long graceMillis) {
    return shutdown.close(graceMillis);
  }
}
