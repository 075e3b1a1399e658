package dev.posthorn.simulation;

import dev.posthorn.internal.engine.base.EngineLimits;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.HealthOptions;
import dev.posthorn.spi.transport.ExchangeLimits;
import java.util.List;
import java.util.Random;

/** Options small enough that every bound is reached. */
final class SimOptions {
  private static final List<List<Long>> SCHEDULES =
      List.of(
          List.of(),
          List.of(1_000L, 2_000L),
          List.of(1_000L, 5_000L, 30_000L),
          List.of(5_000L, 60_000L, 600_000L, 7_200_000L));

  /** The schedules of runs with several nodes, which all look at the database all the time. */
  private static final List<List<Long>> SHORT_SCHEDULES = SCHEDULES.subList(0, 3);

  private static final List<List<Long>> SHORTEST_SCHEDULES = SCHEDULES.subList(0, 2);

  /** More than twice as many in each loop as there are endpoints. */
  private static final int CALM_PERMITS = 64;

  /** So many that every payload counts as small, with room for as many of them as permits. */
  private static final int CALM_BODY_BYTES = 4_000_000;

  /** Small limits, of which a test changes what it is about. */
  static final EngineLimits LIMITS =
      EngineLimits.forHeap(0).toBuilder()
          .maxInFlight(64)
          .window(8)
          .firstWindow(4)
          .concurrency(8)
          .hotRows(2_000)
          .laneHotRows(50)
          .bodyBytes(1_000_000)
          .acceptBytes(1_000_000)
          .maxPayloadSize(10_000)
          .build();

  private SimOptions() {}

  static List<Long> schedule(Random random, boolean several, RunLength length) {
    List<List<Long>> all =
        length != RunLength.FULL ? SHORTEST_SCHEDULES : several ? SHORT_SCHEDULES : SCHEDULES;
    return all.get(random.nextInt(all.size()));
  }

  /**
   * Returns options by chance.
   *
   * @param calm whether there are to be permits and bytes enough that nobody has to wait for others
   * @param several whether there are several nodes
   * @param length the length of the run
   */
  static EngineOptions random(Random random, boolean calm, boolean several, RunLength length) {
    int total = pick(random, 2_000, 5_000, length.exchangeMillis());
    HealthOptions health =
        HealthOptions.DEFAULT.toBuilder()
            .breakerFailures(pick(random, 2, 10))
            .breakerMaxMillis(pick(random, 2_000, several ? 10_000 : 60_000))
            .retryAfterCapMillis(
                pick(
                    random,
                    several ? 10_000 : 30_000,
                    length == RunLength.FULL ? 3_600_000 : 10_000))
            .disableAfterMillis(pick(random, 30_000, 432_000_000))
            .build();
    EngineLimits limits =
        LIMITS.toBuilder()
            .maxInFlight(calm ? CALM_PERMITS : pick(random, 4, 16))
            .firstWindow(pick(random, 1, 4))
            .concurrency(pick(random, 2, 8))
            .hotRows(pick(random, 10, 20, 200))
            .laneHotRows(pick(random, 2, 5, 100))
            .bodyBytes(calm ? CALM_BODY_BYTES : pick(random, 1_000, 40_000, 1_000_000))
            .acceptBytes(pick(random, 4_096, 1_000_000))
            .build();
    return EngineOptions.DEFAULT
        .withRetryWaits(schedule(random, several, length))
        .withJitter(random.nextBoolean() ? 0 : 0.2)
        .withExchange(new ExchangeLimits(1_000, 1_000, total, total, 1_024))
        .withHealth(health)
        .withLimits(limits)
        .withRetention(1_000L * 24 * 3_600_000);
  }

  private static int pick(Random random, int... of) {
    return of[random.nextInt(of.length)];
  }
}
