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

  /** More than twice as many in each loop as there are endpoints. */
  private static final int CALM_PERMITS = 64;

  /** So many that every payload counts as small, with room for as many of them as permits. */
  private static final int CALM_BODY_BYTES = 4_000_000;

  private SimOptions() {}

  static List<Long> schedule(Random random) {
    return SCHEDULES.get(random.nextInt(SCHEDULES.size()));
  }

  /**
   * Returns options by chance.
   *
   * @param calm whether there are to be permits and bytes enough that nobody has to wait for others
   */
  static EngineOptions random(Random random, boolean calm) {
    int total = pick(random, 2_000, 5_000, 20_000);
    HealthOptions health =
        new HealthOptions(
            pick(random, 2, 10),
            1_000,
            pick(random, 2_000, 60_000),
            1_000,
            pick(random, 30_000, 3_600_000),
            pick(random, 30_000, 432_000_000));
    EngineLimits limits =
        new EngineLimits(
            calm ? CALM_PERMITS : pick(random, 4, 16),
            8,
            pick(random, 1, 4),
            pick(random, 2, 8),
            pick(random, 10, 20, 200),
            pick(random, 2, 5, 100),
            0.5,
            calm ? CALM_BODY_BYTES : pick(random, 1_000, 40_000, 1_000_000),
            pick(random, 4_096, 1_000_000),
            10_000);
    return EngineOptions.DEFAULT
        .withRetryWaits(schedule(random))
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
