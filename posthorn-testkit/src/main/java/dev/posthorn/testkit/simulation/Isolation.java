package dev.posthorn.testkit.simulation;

import dev.posthorn.engine.Acceptance;
import dev.posthorn.engine.EndpointDraft;
import dev.posthorn.engine.Engine;
import dev.posthorn.engine.EngineLimits;
import dev.posthorn.engine.EngineOptions;
import dev.posthorn.engine.HealthOptions;
import dev.posthorn.engine.Seams;
import dev.posthorn.id.Ids;
import dev.posthorn.keyring.Keyring;
import dev.posthorn.store.EndpointPolicy;
import dev.posthorn.store.EndpointState;
import dev.posthorn.transport.ExchangeLimits;
import dev.posthorn.transport.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A run in which many endpoints hang, far more than there are permits, and a few are healthy: what
 * the healthy ones get is late by a bounded time.
 */
public final class Isolation {
  private static final long SECOND = 1_000_000_000;
  private static final int PERMITS = 16;
  private static final int HANGING = 60;
  private static final int HEALTHY = 3;
  private static final long ONSET_NANOS = 300 * SECOND;
  private static final long END_NANOS = 600 * SECOND;
  private static final long LATEST_MILLIS = 4_000;

  private final Random random;
  private final SimClock clock;
  private final SimTables tables = new SimTables();
  private final Engine engine;
  private long served;
  private long application;

  private Isolation(long seed, Launcher launcher) {
    random = new Random(seed);
    clock = new SimClock(random);
    tables.settings.put("public_id_key", "1-2");
    Seams seams =
        new Seams(
            clock,
            new SimScheduler(clock, random, 1),
            new SimStore(tables, clock, SimStore.Faults.NONE),
            new SimTransport(clock, this::reply));
    Engine.Means means =
        new Engine.Means(
            new Keyring(Map.of(1, new byte[Keyring.KEY_BYTES])),
            Map.of(SimWireFormat.NAME, new SimWireFormat()),
            random);
    engine = launcher.start(options(), seams, means);
  }

  private static EngineOptions options() {
    return EngineOptions.DEFAULT
        .withRetryWaits(List.of(1_000L, 1_000L, 1_000L, 1_000L, 1_000L, 1_000L))
        .withExchange(new ExchangeLimits(1_000, 1_000, 20_000, 20_000, 1_024))
        .withHealth(new HealthOptions(3, 500, 500, 1_000, 60_000, Long.MAX_VALUE))
        .withLimits(
            new EngineLimits(PERMITS, 4, 2, 4, 2_000, 20, 0.5, 1_000_000, 1_000_000, 10_000));
  }

  /**
   * Runs it.
   *
   * @throws Violation if a healthy endpoint was served late, or not at all
   */
  public static void run(long seed, Launcher launcher) {
    Isolation run = new Isolation(seed, launcher);
    run.start();
    while (run.clock.nanoTime() < END_NANOS && run.clock.step()) {
      // Time goes on.
    }
    if (run.served < 100) {
      throw new Violation("P4: healthy endpoints got only " + run.served + " messages");
    }
  }

  private void start() {
    var unused =
        engine
            .administration()
            .createApplication(1, null, "application", Map.of())
            .thenAccept(
                row -> {
                  application = row.id();
                  for (int i = 0; i < HANGING + HEALTHY; i++) {
                    endpoint(i);
                  }
                  clock.after(SECOND, this::send);
                });
  }

  private void endpoint(int number) {
    EndpointDraft draft =
        new EndpointDraft(
            null,
            (number < HEALTHY ? "http://healthy" : "http://hanging") + number + ".test/",
            "",
            List.of(),
            List.of(),
            new EndpointPolicy(false, 0, 0, 0, null, SimWireFormat.NAME),
            EndpointState.ENABLED,
            Map.of(),
            null,
            List.of());
    var unused = engine.administration().createEndpoint(application, draft);
  }

  private void send() {
    engine.accept(
        new Acceptance(
            application, "t", List.of(), "text/plain", new byte[10], Acceptance.Options.NONE),
        accepted -> {},
        refused -> {});
    clock.after(SECOND / 2 + random.nextInt(1_000_000_000), this::send);
  }

  private SimReceiver.Reply reply(String host, HttpRequest request) {
    SimReceiver receiver = new SimReceiver(random);
    if (!host.startsWith("healthy")) {
      receiver.mood(SimReceiver.Mood.HANGING);
      return receiver.reply(request.limits());
    }
    long message = engine.publicIds().parse("msg", request.headers()[1]).orElseThrow();
    long late = clock.millis() - Ids.timeOf(message);
    // At first nobody knows who hangs; it takes a few time-outs of each to find out.
    if (clock.nanoTime() > ONSET_NANOS) {
      served++;
      if (late > LATEST_MILLIS) {
        throw new Violation("P4: a healthy endpoint gets a message " + late + " ms late");
      }
    }
    return receiver.reply(request.limits());
  }
}
