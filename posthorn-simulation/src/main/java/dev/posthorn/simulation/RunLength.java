package dev.posthorn.simulation;

import java.util.random.RandomGenerator;

/**
 * The length of a run. Several nodes look at their database all the time, so their runs take long;
 * most of them have few actions, and no wait that is longer than it must be.
 */
enum RunLength {
  SHORT(8, 16, 6_000, 5_000, 5_000),
  MEDIUM(20, 40, 12_000, 20_000, 20_000),
  FULL(20, 120, 12_000, 60_000, 20_000);

  private final int fewest;
  private final int more;
  private final int pauseMillis;
  private final int scheduledMillis;
  private final int exchangeMillis;

  RunLength(int fewest, int more, int pauseMillis, int scheduledMillis, int exchangeMillis) {
    this.fewest = fewest;
    this.more = more;
    this.pauseMillis = pauseMillis;
    this.scheduledMillis = scheduledMillis;
    this.exchangeMillis = exchangeMillis;
  }

  /** Returns the length of a run with several nodes, by chance. */
  static RunLength ofNodes(RandomGenerator random) {
    int chance = random.nextInt(32);
    return chance == 0 ? FULL : chance < 4 ? MEDIUM : SHORT;
  }

  /** Returns a number of actions, by chance. */
  int actions(RandomGenerator random) {
    return fewest + random.nextInt(more);
  }

  /** Returns the longest pause between two actions. */
  int pauseMillis() {
    return pauseMillis;
  }

  /** Returns the longest time for which messages are scheduled. */
  int scheduledMillis() {
    return scheduledMillis;
  }

  /** Returns the longest time that an exchange may take. */
  int exchangeMillis() {
    return exchangeMillis;
  }
}
