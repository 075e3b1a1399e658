package dev.posthorn.server.health;

/**
 * A point of the charts: what happened since the previous one.
 *
 * @param at the wall time in milliseconds at its end
 * @param accepted accepted messages
 * @param succeeded deliveries that succeeded
 * @param failedAttempts attempts that failed
 * @param delay the times from the acceptance of a message to its first attempt
 * @param waiting deliveries that wait in memory at its end
 */
public record Point(
    long at, long accepted, long succeeded, long failedAttempts, Quantiles delay, long waiting) {

  /**
   * Quantiles in milliseconds; -1 if there was nothing to measure.
   *
   * @param median half of the values are at most so large
   * @param p99 99 of 100 values are at most so large
   */
  public record Quantiles(double median, double p99) {
    /** Returns the quantiles of the durations counted between two figures. */
    static Quantiles between(Figures before, Figures after) {
      Delays from = before.counters().firstDelay();
      Delays to = after.counters().firstDelay();
      return new Quantiles(to.quantileMillis(0.5, from), to.quantileMillis(0.99, from));
    }
  }

  /** Returns what happened between two figures. */
  static Point between(Figures before, Figures after) {
    Figures.Counters from = before.counters();
    Figures.Counters to = after.counters();
    return new Point(
        after.at(),
        to.messages().accepted() - from.messages().accepted(),
        to.deliveries().succeeded() - from.deliveries().succeeded(),
        to.deliveries().failedAttempts() - from.deliveries().failedAttempts(),
        Quantiles.between(before, after),
        after.lanes().loaded());
  }
}
