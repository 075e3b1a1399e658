package dev.posthorn.simulation;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.EngineConfig;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.registry.EndpointDraft;
import dev.posthorn.spi.store.rows.EndpointPolicy;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.transport.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** An engine with one application in virtual time, on a store that never fails, for set scenes. */
final class EngineHarness {
  static final long SECOND = 1_000_000_000;

  final Random random;
  final SimClock clock;
  final SimTables tables;
  private final EngineOptions options;
  private final Launcher launcher;
  private final BiFunction<String, HttpRequest, SimReceiver.Reply> receivers;
  private SimScheduler threads;
  private SimTransport network;
  private SimStore store;
  private SoleFence fence;
  Engine engine;
  private final long application;

  /**
   * Creates a harness and starts its engine.
   *
   * @param receivers answers a request, whose host is given too
   */
  EngineHarness(
      long seed,
      EngineOptions options,
      Launcher launcher,
      BiFunction<String, HttpRequest, SimReceiver.Reply> receivers) {
    this(seed, options, launcher, new SimTables(), receivers);
  }

  /** Creates a harness on tables that others may change, too. */
  EngineHarness(
      long seed,
      EngineOptions options,
      Launcher launcher,
      SimTables tables,
      BiFunction<String, HttpRequest, SimReceiver.Reply> receivers) {
    this.tables = tables;
    random = new Random(seed);
    clock = new SimClock(random);
    tables.settings.put("public_id_key", "1-2");
    this.options = options;
    this.launcher = launcher;
    this.receivers = receivers;
    threads = new SimScheduler(clock, random, 1);
    network = new SimTransport(clock, receivers);
    fence = new SoleFence(tables);
    store = new SimStore(tables, StoreFaults.NONE, SimOwnership.all(), fence);
    engine = start();
    application = addApplication();
  }

  private Engine start() {
    EngineRuntime runtime = new EngineRuntime(clock, threads, store, network);
    EngineConfig config =
        new EngineConfig(
            options,
            new Keyring(Map.of(1, new byte[Keyring.KEY_BYTES])),
            Map.of(SimWireFormat.NAME, new SimWireFormat()),
            random);
    return launcher.start(config, runtime);
  }

  /** Kills the engine and starts another one on what is on the disk. */
  void crash() {
    threads.close();
    network.close();
    restart();
  }

  /** Lets the store answer the engine that runs within milliseconds, always, from now on. */
  void answerQuickly() {
    threads.readQuickly();
    threads.commitQuickly();
  }

  /** Starts another engine on what is on the disk, beside the one that it fences off. */
  void takeOver() {
    tables.takeOver();
    restart();
  }

  private void restart() {
    threads = new SimScheduler(clock, random, 1);
    network = new SimTransport(clock, receivers);
    fence = new SoleFence(tables);
    store = new SimStore(tables, StoreFaults.NONE, SimOwnership.all(), fence);
    engine = start();
  }

  /** Takes the lease from the engine, or gives it back. */
  void leaseLost(boolean lost) {
    fence.leaseLost(lost);
  }

  /** Returns a ledger of what the engine does. */
  DeliveryLedger ledger(int mostRepeats) {
    return new DeliveryLedger(tables, clock, mostRepeats);
  }

  /** Returns the partitions that the engine owns. */
  SimOwnership ownership() {
    return store.ownership();
  }

  /** Returns the application that there is from the start. */
  long application() {
    return application;
  }

  /** Adds another application. */
  long addApplication() {
    return await(engine.applicationAdmin().create(1, null, "application", Map.of())).id();
  }

  /** Returns the policy of an endpoint without wishes of its own. */
  static EndpointPolicy policy(boolean ordered) {
    return EndpointPolicy.builder().ordered(ordered).wireFormat(SimWireFormat.NAME).build();
  }

  /** Adds an endpoint for all event types; its host is the name with {@code .test}. */
  CompletableFuture<EndpointRow> addEndpoint(String name, EndpointPolicy policy) {
    return addEndpoint(application, name, policy);
  }

  /** Adds an endpoint of an application. */
  CompletableFuture<EndpointRow> addEndpoint(long owner, String name, EndpointPolicy policy) {
    return addEndpoint(owner, name, policy, List.of());
  }

  /** Adds an endpoint that listens to some channels. */
  CompletableFuture<EndpointRow> addEndpoint(
      String name, EndpointPolicy policy, List<String> channels) {
    return addEndpoint(application, name, policy, channels);
  }

  private CompletableFuture<EndpointRow> addEndpoint(
      long owner, String name, EndpointPolicy policy, List<String> channels) {
    EndpointSpec spec =
        EndpointSpec.to("http://" + name + ".test/").channels(channels).policy(policy).build();
    return engine.endpointAdmin().create(owner, EndpointDraft.of(spec));
  }

  /** Sends a message that expires at a time; 0 for never. */
  void send(long expires) {
    send(application, expires);
  }

  /** Sends a message of an application. */
  void send(long owner, long expires) {
    engine
        .messages()
        .accept(
            message(owner, new SendRequest.Options(null, 0, expires, null)),
            result -> {},
            refused -> {});
  }

  /** Sends a message of some size to the endpoints of some channels. */
  void send(List<String> channels, int bytes) {
    engine
        .messages()
        .accept(
            new SendRequest(
                application,
                "t",
                channels,
                "text/plain",
                new byte[bytes],
                SendRequest.Options.NONE),
            result -> {},
            refused -> {});
  }

  /** Sends a message; returns why it was refused at once, or null. */
  @Nullable Reason trySend() {
    try {
      send(0);
      return null;
    } catch (PosthornException e) {
      return e.reason();
    }
  }

  /** Returns a message for at once. */
  SendRequest message() {
    return message(null);
  }

  /** Returns a message with an id of the sender's, or null for none. */
  SendRequest message(@Nullable String eventId) {
    return messageOf(new SendRequest.Options(eventId, 0, 0, null));
  }

  SendRequest messageOf(SendRequest.Options options) {
    return message(application, options);
  }

  private static SendRequest message(long owner, SendRequest.Options options) {
    return new SendRequest(owner, "t", List.of(), "text/plain", new byte[10], options);
  }

  /** Enables, pauses or disables an endpoint. */
  CompletableFuture<EndpointRow> state(EndpointRow endpoint, EndpointState state) {
    return engine.endpointAdmin().update(endpoint.id(), row -> row.with(state, clock.millis()));
  }

  /** Returns an endpoint's row with another policy. */
  static EndpointRow with(EndpointRow row, EndpointPolicy policy) {
    return row.with(row.spec().toBuilder().policy(policy).build(), row.updated());
  }

  /** Lets time go on until a future is complete, an hour at most, and returns its value. */
  <T> T await(CompletableFuture<T> future) {
    long until = clock.nanoTime() + 3_600 * SECOND;
    while (!future.isDone() && clock.nanoTime() < until && clock.step()) {
      // Time goes on.
    }
    if (!future.isDone()) {
      throw new AssertionError("nothing came of it within an hour of simulated time");
    }
    return future.join();
  }

  /** Lets time go on until the given monotonic time. */
  void runUntil(long nanos) {
    while (clock.nanoTime() < nanos && clock.step()) {
      // Time goes on.
    }
  }

  /** Lets time go on for so many nanoseconds. */
  void run(long nanos) {
    runUntil(clock.nanoTime() + nanos);
  }
}
