package dev.posthorn.testkit.chaos;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The result of a fault.
 *
 * @param fault the fault
 * @param times the number of times that it happened
 * @param accepted messages that {@code send} accepted; each is for two endpoints
 * @param refused calls of {@code send} that failed
 * @param delivered deliveries that arrived, of those and of messages whose acceptance was not known
 * @param lost deliveries of accepted messages that did not arrive
 * @param repeats arrivals beyond the first of each delivery
 * @param resumed the longest time from the end of the fault until a new message was accepted and
 *     arrived
 * @param skipped the reason why the fault could not be made, or null
 */
public record ChaosResult(
    Fault fault,
    int times,
    long accepted,
    long refused,
    long delivered,
    long lost,
    long repeats,
    Duration resumed,
    @Nullable String skipped) {

  static ChaosResult skipped(Fault fault, String reason) {
    return new ChaosResult(fault, 0, 0, 0, 0, 0, 0, Duration.ZERO, reason);
  }

  /** Returns whether nothing was lost, and no more repeated than was in flight. */
  public boolean isGood() {
    return lost == 0 && repeats <= (long) times * ChaosRun.MAX_IN_FLIGHT;
  }

  /** Returns results as a table, for people. */
  public static String table(List<ChaosResult> results) {
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            Locale.ROOT,
            "%-58s %5s %9s %8s %10s %5s %8s %11s%n",
            "fault",
            "times",
            "accepted",
            "refused",
            "delivered",
            "lost",
            "repeats",
            "resumed, ms"));
    for (ChaosResult result : results) {
      table.append(result.line()).append(System.lineSeparator());
    }
    return table.toString();
  }

  /** Returns this result as a line of the table. */
  public String line() {
    if (skipped != null) {
      return String.format(Locale.ROOT, "%-58s not made: %s", fault.title(), skipped);
    }
    return String.format(
        Locale.ROOT,
        "%-58s %5d %9d %8d %10d %5d %8d %11d",
        fault.title(),
        times,
        accepted,
        refused,
        delivered,
        lost,
        repeats,
        resumed.toMillis());
  }
}
