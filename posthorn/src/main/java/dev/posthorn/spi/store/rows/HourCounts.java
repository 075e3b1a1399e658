package dev.posthorn.spi.store.rows;

/**
 * Counts of deliveries and exchanges. Manual tests do not count.
 *
 * @param succeeded deliveries that succeeded
 * @param failed deliveries that failed
 * @param cancelled deliveries that were canceled
 * @param attempts exchanges
 * @param failedAttempts exchanges that were not answered with 2xx
 */
public record HourCounts(
    long succeeded, long failed, long cancelled, long attempts, long failedAttempts) {
  /** All counts are zero. */
  public static final HourCounts NONE = new HourCounts(0, 0, 0, 0, 0);
}
