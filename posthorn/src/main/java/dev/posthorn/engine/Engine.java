package dev.posthorn.engine;

import dev.posthorn.error.PosthornException;
import dev.posthorn.error.Reason;
import dev.posthorn.id.PublicIds;
import dev.posthorn.keyring.Keyring;
import dev.posthorn.store.ApplicationRow;
import dev.posthorn.store.Batch;
import dev.posthorn.store.DeliveryStatus;
import dev.posthorn.store.EndpointRow;
import dev.posthorn.store.EventTypeRow;
import dev.posthorn.store.MessageRow;
import dev.posthorn.store.Reads;
import dev.posthorn.store.SettingChange;
import dev.posthorn.store.Store;
import dev.posthorn.wire.WireFormat;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers messages: what library and server are built around.
 *
 * <p>Thread-safe. Methods that change something return at once; what they return completes when the
 * change is on disk.
 */
public final class Engine {
  private static final long QUIET_NANOS = 5_000_000;
  private static final long UPKEEP_NANOS = 60_000_000_000L;
  private static final long CLOSE_MILLIS = 1_000;
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
  private static final String KEY_SETTING = "public_id_key";

  /** The environment of what is opened as a library. */
  public static final long LIBRARY_ENVIRONMENT = 1;

  private final Core core;
  private final Shards shards;
  private final Intake intake;
  private final Administration administration;
  private final Resealing resealing;
  private final Access access;
  private final Deliveries deliveries;
  private final Tasks tasks;
  private final Polling polling;
  private final Instruments instruments;
  private final AtomicBoolean held = new AtomicBoolean();

  /**
   * What an engine needs besides the world.
   *
   * @param keyring encrypts secrets
   * @param formats the wire formats that endpoints may choose, by name
   * @param random for the jitter of waits
   */
  public record Means(Keyring keyring, Map<String, WireFormat> formats, RandomGenerator random) {}

  /**
   * Starts an engine on a store: reads the settings, then goes on with all that waits. Messages are
   * accepted from when this returns.
   *
   * @param runtime the engine's from now on: closed when the engine is, or cannot be started
   * @throws dev.posthorn.store.StoreException if the store cannot be read
   */
  public static Engine start(EngineOptions options, EngineRuntime runtime, Means means) {
    return start(options, runtime, means, new Parts());
  }

  static Engine start(EngineOptions options, EngineRuntime runtime, Means means, Parts parts) {
    try {
      return assemble(options, runtime, means, parts).run();
    } catch (RuntimeException | Error e) {
      runtime.close();
      throw e;
    }
  }

  private static Engine assemble(
      EngineOptions wanted, EngineRuntime runtime, Means means, Parts parts) {
    EngineOptions options =
        wanted.withLimits(Permits.fitting(wanted.limits(), runtime.transport().connections()));
    Store store = runtime.store();
    PublicIds publicIds = publicIds(store);
    Guard guard = parts.guard(runtime.clock());
    Journal journal = parts.journal(runtime, guard, options.retentionMillis());
    Directory directory = Directory.load(store);
    Environments environments = Environments.load(store);
    LaneSettingsFactory settings =
        new LaneSettingsFactory(options, means.keyring(), means.formats());
    Core core =
        new Core(
            options,
            runtime,
            new Core.Duty(guard, journal),
            new Core.Names(
                directory,
                parts.cancellations(directory),
                environments,
                Catalogue.load(store, environments(directory, environments)),
                settings),
            new Core.Identity(publicIds, means.random()));
    int loops = runtime.scheduler().loops().size();
    Shards shards =
        new Shards(
            runtime.scheduler().loops().stream()
                .map(loop -> new ShardLoop(loop, core, parts, loops))
                .toList());
    return new Engine(core, shards, means.keyring());
  }

  private Engine(Core core, Shards shards, Keyring keyring) {
    this.core = core;
    this.shards = shards;
    this.intake = new Intake(core, shards);
    this.administration = new Administration(new Changes(core, null), keyring);
    this.resealing = new Resealing(new Changes(core, null), keyring);
    this.access = new Access(new Changes(core, null));
    Replays replays = new Replays(core, shards);
    this.deliveries = new Deliveries(core, shards, replays);
    this.tasks = new Tasks(new Changes(core, null), replays, deliveries, intake);
    this.polling = new Polling(new Changes(core, null));
    this.instruments = new Instruments(core, shards);
  }

  /** Returns what the parts share: for tests that look whether all was given back. */
  Core core() {
    return core;
  }

  /** Returns the loops, for the same tests. */
  Shards shards() {
    return shards;
  }

  private Engine run() {
    core.guard().onEnd(this::ended);
    core.directory().onChange(this::endpointChanged);
    Recovery recovery = new Recovery(core, shards, intake);
    recovery.restoreHot();
    recovery.sweep(tasks.resume());
    held.set(DispatchHold.isSet(core.runtime().store()));
    if (!held.get()) {
      begin();
    }
    core.workers().execute(recovery::scan);
    core.runtime().scheduler().writer().execute(this::keepUp);
    return this;
  }

  /** A defect ended it: starts nothing any more, and has all that waits told. */
  private void ended() {
    tasks.stop();
    for (ShardLoop loop : shards.all()) {
      loop.execute(loop::stop);
    }
    core.journal().wake();
  }

  /** Lets the lanes begin: all of {@code hot} is in them. */
  private void begin() {
    for (ShardLoop loop : shards.all()) {
      loop.execute(loop::start);
    }
    new Expiry(core, shards).start();
  }

  /** The store is looked after also while nothing happens. */
  private void keepUp() {
    core.runtime().scheduler().writer().schedule(UPKEEP_NANOS, this::keepUp);
    core.journal().keepTime();
    core.unmatched().tell();
  }

  private void endpointChanged(EndpointEntry endpoint) {
    ShardLoop loop = shards.loop(endpoint.id);
    boolean deleted = endpoint.settings().deleted();
    loop.execute(
        () -> {
          Lane lane = deleted ? loop.lane(endpoint) : loop.laneOrNull(endpoint.id);
          if (lane != null) {
            lane.settingsChanged();
          }
        });
  }

  /** Returns the environments that there are: the library's has no row of its own. */
  private static Set<Long> environments(Directory directory, Environments environments) {
    Set<Long> all = new TreeSet<>(directory.environments());
    all.add(LIBRARY_ENVIRONMENT);
    environments.environments().forEach(row -> all.add(row.id()));
    return all;
  }

  /**
   * Returns the public form of a store's ids. Its key is made, and kept in the store, at the first
   * time: only by the one who may write to it.
   */
  public static PublicIds publicIds(Store store) {
    String text = store.setting(KEY_SETTING);
    if (text == null) {
      SecureRandom random = new SecureRandom();
      text = Long.toHexString(random.nextLong()) + "-" + Long.toHexString(random.nextLong());
      Batch batch = new Batch();
      batch.idFloor = store.idFloor();
      batch.settings.add(new SettingChange.PutSetting(KEY_SETTING, text));
      store.commit(batch);
    }
    int dash = text.indexOf('-');
    return new PublicIds(
        Long.parseUnsignedLong(text.substring(0, dash), 16),
        Long.parseUnsignedLong(text.substring(dash + 1), 16));
  }

  // ---- messages ------------------------------------------------------------------------------

  /**
   * Accepts a message; returns once it is on disk with all of its deliveries.
   *
   * @param waitMillis how long to wait for room, and for the store's answer
   * @throws PosthornException if it was refused; with {@link Reason#UNKNOWN} if there was no answer
   */
  public Accepted accept(Acceptance acceptance, long waitMillis) {
    Answer answer = new Answer(core.meter());
    intake.accept(acceptance, waitMillis, answer);
    return answer.await(waitMillis);
  }

  /** Accepts a message; the future completes once it is on disk. Never waits. */
  public CompletableFuture<Accepted> acceptAsync(Acceptance acceptance) {
    Promises.Promise<Accepted> promise = core.promises().make();
    try {
      accept(acceptance, promise::complete, promise::fail);
    } catch (PosthornException e) {
      promise.fail(e);
    }
    return promise.future();
  }

  /**
   * Accepts a message and tells what became of it on the writer's thread, which must not be
   * blocked.
   *
   * @param refused also told, with {@link Reason#UNKNOWN}, if the store gives no answer for long
   * @throws PosthornException if it is refused at once; neither consumer is called then
   */
  public void accept(
      Acceptance acceptance, Consumer<Accepted> accepted, Consumer<PosthornException> refused) {
    intake.accept(
        acceptance,
        0,
        new AcceptEntry.AcceptCallback() {
          private boolean told;

          @Override
          public void accepted(Accepted result) {
            core.meter().accepted(result);
            if (!told) {
              accepted.accept(result);
            }
          }

          @Override
          public void refused(PosthornException why) {
            if (!told) {
              core.meter().refused(why.reason());
              refused.accept(why);
            }
          }

          @Override
          public void doubtful(PosthornException why) {
            refused(why);
            told = true;
          }
        });
  }

  /** Returns whether a message would find room now, or too much waits to be stored. */
  public boolean hasRoom() {
    return intake.hasRoom();
  }

  // ---- the hold ------------------------------------------------------------------------------

  /** Returns whether messages are accepted but no delivery begins; see {@link DispatchHold}. */
  public boolean isHeld() {
    return held.get();
  }

  /** Ends the hold for good: all that waits is delivered from when this completes. */
  public CompletableFuture<Void> release() {
    return new Changes(core, null)
        .change(
            writing -> {
              writing.batch.settings.add(new SettingChange.PutSetting(DispatchHold.SETTING, null));
              writing.onCommit(
                  () -> {
                    if (held.compareAndSet(true, false)) {
                      begin();
                    }
                  });
              return Optional.empty();
            })
        .thenApply(nothing -> null);
  }

  // ---- the rest ------------------------------------------------------------------------------

  /** Returns what changes applications, endpoints and event types. */
  public Administration administration() {
    return administration;
  }

  /** Returns what has secrets encrypted with the newest key. */
  public Resealing resealing() {
    return resealing;
  }

  /** Returns what knows environments and tokens. */
  public Access access() {
    return access;
  }

  /** Returns what cancels deliveries and delivers again. */
  public Deliveries deliveries() {
    return deliveries;
  }

  /** Returns what does long work in the background. */
  public Tasks tasks() {
    return tasks;
  }

  /** Returns what reads messages for those who poll for them. */
  public Polling polling() {
    return polling;
  }

  /** Returns what an endpoint's lane does at the moment. */
  public CompletableFuture<LaneView> lane(long endpoint) {
    Promises.Promise<LaneView> view = core.promises().make();
    ShardLoop loop = shards.loop(endpoint);
    loop.execute(
        () -> {
          Lane lane = loop.laneOrNull(endpoint);
          view.complete(lane == null ? LaneView.IDLE : lane.view());
        });
    return view.future();
  }

  /** Returns what is to be told of each message that a user sent. */
  public UnmatchedLog unmatched() {
    return core.unmatched();
  }

  /** Returns where listeners are added. */
  public EngineEvents events() {
    return core.events();
  }

  /** Returns what runs the code of users, which may block; what hangs on futures, and listeners. */
  public Executor callbacks() {
    return core.runtime().scheduler().callbacks();
  }

  /** Returns the public form of this store's ids. */
  public PublicIds publicIds() {
    return core.publicIds();
  }

  /**
   * Returns what is stored, to read from: however much is read, it does not hold up deliveries.
   * Applications take turns.
   *
   * @param application whose turn it is
   */
  public Reads store(long application) {
    return core.runtime().store().forLists(application);
  }

  /** Returns the same, for what is of no application. */
  public Reads store() {
    return store(0);
  }

  /** Copies the store into a new file; see {@link Store#backup}. */
  public void backup(Path target) {
    core.runtime().store().backup(target);
  }

  /** Returns where each delivery of a message stands; see {@link DeliveryStatus#of}. */
  public List<DeliveryStatus> statuses(MessageRow message) {
    return core.statuses(store(message.application()), message);
  }

  /**
   * Returns where the delivery of a message to an endpoint stands, or null if there never was one;
   * however many other endpoints the message was for.
   */
  public @Nullable DeliveryStatus status(MessageRow message, long endpoint) {
    return core.status(store(message.application()), message, endpoint);
  }

  /** Returns the wall time in milliseconds, as far as it is believed. */
  public long millis() {
    return core.journal().wall().millis();
  }

  /** Returns how it behaves. */
  public EngineOptions options() {
    return core.options();
  }

  /** Returns whether it can do its work, and if not, why. */
  public Condition condition() {
    return core.guard().condition();
  }

  /** Returns what it can be watched by. */
  public Instruments instruments() {
    return instruments;
  }

  /** Returns the applications of an environment, by id. */
  public List<ApplicationRow> applications(long environment) {
    return core.directory().applicationsOf(environment).map(ApplicationEntry::row).toList();
  }

  /** Returns applications of an environment; see {@link Listing}. */
  public List<ApplicationRow> applications(long environment, Listing listing) {
    return core.directory()
        .applicationsOf(environment, listing)
        .map(ApplicationEntry::row)
        .limit(listing.limit())
        .toList();
  }

  /** Returns an application, or null. */
  public @Nullable ApplicationRow application(long id) {
    ApplicationEntry entry = core.directory().application(id);
    return entry == null ? null : entry.row();
  }

  /** Returns an application by the host's own name for it, or null. */
  public @Nullable ApplicationRow application(long environment, String uid) {
    ApplicationEntry entry = core.directory().application(environment, uid);
    return entry == null ? null : entry.row();
  }

  /** Returns the endpoints of an application, by id. */
  public List<EndpointRow> endpoints(long application) {
    return core.directory().requireApplication(application).endpoints().stream()
        .map(EndpointEntry::row)
        .toList();
  }

  /** Returns endpoints of an application; see {@link Listing}. */
  public List<EndpointRow> endpoints(long application, Listing listing) {
    return core.directory()
        .requireApplication(application)
        .endpoints(listing)
        .map(EndpointEntry::row)
        .limit(listing.limit())
        .toList();
  }

  /** Returns an endpoint by the host's own name for it, or null. */
  public @Nullable EndpointRow endpoint(long application, String uid) {
    EndpointEntry entry = core.directory().endpoint(application, uid);
    return entry == null ? null : entry.row();
  }

  /** Returns an endpoint, or null. */
  public @Nullable EndpointRow endpoint(long id) {
    EndpointEntry entry = core.directory().endpoint(id);
    return entry == null ? null : entry.row();
  }

  /** Returns an event type, or null. */
  public @Nullable EventTypeRow eventType(long environment, String name) {
    return core.catalogue().eventType(environment, name);
  }

  /** Returns the event types of an environment, by name. */
  public List<EventTypeRow> eventTypes(long environment) {
    return List.copyOf(core.catalogue().eventTypes(environment));
  }

  /**
   * Returns event types of an environment by name, or backwards.
   *
   * @param after the name that they come after in that order, or null for all
   * @param wanted which of them
   * @param limit how many at most
   */
  public List<EventTypeRow> eventTypes(
      long environment,
      @Nullable String after,
      boolean descending,
      Predicate<EventTypeRow> wanted,
      int limit) {
    return core.catalogue().eventTypes(environment, after, descending).stream()
        .filter(wanted)
        .limit(limit)
        .toList();
  }

  /** Returns why a message is, or is not, for an endpoint: the name of a {@link Router.Choice}. */
  public String why(EndpointRow endpoint, String type, List<String> channels) {
    return Router.choose(endpoint, type, channels).name();
  }

  /**
   * Stops: refuses messages, starts no exchange, and waits until what is under way has its outcome
   * on disk. What is still under way after the grace is as after a crash: it will be attempted
   * again.
   *
   * @param graceMillis how long to wait at most
   * @return completes when all is quiet (true) or the grace is over (false)
   */
  public CompletableFuture<Boolean> stop(long graceMillis) {
    intake.close();
    tasks.stop();
    instruments.close();
    core.journal().stopUpkeep();
    CompletableFuture<Boolean> stopped = new CompletableFuture<>();
    long until = core.clock().nanoTime() + graceMillis * 1_000_000;
    for (ShardLoop loop : shards.all()) {
      loop.execute(loop::stop);
    }
    awaitQuiet(0, until, stopped);
    return stopped;
  }

  /**
   * Stops, and closes the runtime: no thread of the engine runs after it, and whoever still waits
   * is told. Takes little longer than the grace.
   *
   * @param graceMillis how long to wait for what is under way
   * @return whether all that was under way has its outcome on disk
   */
  public boolean close(long graceMillis) {
    boolean quiet = false;
    try {
      quiet = stop(graceMillis).get(graceMillis + CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.warn("The event loops did not answer at the end", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      LOG.warn("The engine could not be stopped in order; it is closed all the same", e);
    }
    core.guard().runForeign("closing the journal", core.journal()::close);
    core.guard().runForeign("closing what tells listeners", core.events()::close);
    core.runtime().close();
    core.promises().close();
    return quiet;
  }

  /** Asks one loop after the other; begins again until all were quiet in a row. */
  private void awaitQuiet(int index, long until, CompletableFuture<Boolean> stopped) {
    if (index == shards.all().size()) {
      stopped.complete(true);
      return;
    }
    ShardLoop loop = shards.all().get(index);
    loop.execute(
        () -> {
          if (loop.isQuiet() && intake.isQuiet()) {
            awaitQuiet(index + 1, until, stopped);
          } else if (core.clock().nanoTime() - until >= 0) {
            stopped.complete(false);
          } else {
            loop.schedule(QUIET_NANOS, () -> awaitQuiet(0, until, stopped));
          }
        });
  }
}
