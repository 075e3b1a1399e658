package dev.posthorn.simulation;

import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.HealthOptions;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.transport.ExchangeLimits;
import dev.posthorn.spi.transport.HttpRequest;
import java.util.List;

/**
 * A run in which many endpoints hang while a few are healthy: no message is late at a healthy one,
 * from the first moment on.
 */
public final class Isolation {
  private static final long SECOND = EngineHarness.SECOND;
  private static final int HANGING = 60;
  private static final int HEALTHY = 3;
  private static final long FIRST_NANOS = 20 * SECOND;
  private static final long ONSET_NANOS = 60 * SECOND;
  private static final long LATECOMER_NANOS = 240 * SECOND;
  private static final long END_NANOS = 400 * SECOND;
  private static final long LATEST_MILLIS = 1_000;

  private final Onset onset;
  private final EngineHarness harness;
  private long served;
  private long latest;

  /** The way in which endpoints come to hang. */
  public enum Onset {
    /** New endpoints that hang from the start; far more of them than permits. */
    NEW(16),
    /**
     * Healthy endpoints that begin to hang at the same moment; twice as many permits as endpoints.
     */
    SUDDEN(128);

    private final int permits;

    Onset(int permits) {
      this.permits = permits;
    }
  }

  private Isolation(Onset onset, long seed, Launcher launcher) {
    this.onset = onset;
    harness = new EngineHarness(seed, options(onset.permits), launcher, this::reply);
  }

  private static EngineOptions options(int permits) {
    return EngineOptions.DEFAULT
        .withRetryWaits(List.of(1_000L, 1_000L, 1_000L, 1_000L, 1_000L, 1_000L))
        .withExchange(new ExchangeLimits(1_000, 1_000, 20_000, 20_000, 1_024))
        .withHealth(
            HealthOptions.DEFAULT.toBuilder()
                .breakerFailures(3)
                .breakerMinMillis(500)
                .breakerMaxMillis(500)
                .retryAfterCapMillis(60_000)
                .disableAfterMillis(Long.MAX_VALUE)
                .build())
        .withLimits(SimOptions.LIMITS.toBuilder().maxInFlight(permits).laneHotRows(20).build());
  }

  /**
   * Runs it.
   *
   * @return how late the latest message was, in milliseconds
   * @throws Violation if a healthy endpoint was served late, or not at all
   */
  public static long run(Onset onset, long seed, Launcher launcher) {
    Isolation run = new Isolation(onset, seed, launcher);
    run.start();
    run.harness.runUntil(END_NANOS);
    if (run.served < 2_000) {
      throw new Violation("P4: healthy endpoints got only " + run.served + " messages");
    }
    return run.latest;
  }

  private void start() {
    endpoints("healthy", HEALTHY);
    if (onset == Onset.SUDDEN) {
      endpoints("hanging", HANGING);
    } else {
      harness.clock.after(ONSET_NANOS, () -> endpoints("hanging", HANGING));
    }
    harness.clock.after(LATECOMER_NANOS, () -> endpoints("healthylate", 1));
    harness.clock.after(FIRST_NANOS, this::send);
  }

  private void endpoints(String name, int count) {
    for (int i = 0; i < count; i++) {
      var unused = harness.addEndpoint(name + i, EngineHarness.policy(false));
    }
  }

  private void send() {
    harness.send(0);
    harness.clock.after(harness.random.nextLong(SECOND), this::send);
  }

  private SimReceiver.Reply reply(String host, HttpRequest request) {
    SimReceiver receiver = new SimReceiver(harness.random);
    if (host.startsWith("hanging")) {
      if (onset == Onset.NEW || harness.clock.nanoTime() > ONSET_NANOS) {
        receiver.mood(SimReceiver.Mood.HANGING);
      }
      return receiver.reply(request.limits());
    }
    long message =
        harness.engine.publicIds().parse(IdPrefix.MESSAGE, request.headers()[1]).orElseThrow();
    long late = harness.clock.millis() - Ids.timeOf(message);
    served++;
    latest = Math.max(latest, late);
    if (late > LATEST_MILLIS) {
      throw new Violation("P4: " + host + " gets a message " + late + " ms late");
    }
    return receiver.reply(request.limits());
  }
}
