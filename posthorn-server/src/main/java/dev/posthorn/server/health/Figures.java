package dev.posthorn.server.health;

import dev.posthorn.internal.engine.lane.LaneGauges;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a server process at one time. Counters only grow.
 *
 * @param at the wall time in milliseconds
 * @param counters the counters since the start
 * @param lanes the work in memory
 * @param maxInFlight the in-flight limit
 * @param storage the sizes of the store
 * @param state the ability to work
 * @param sharing the share in the work of several processes
 */
public record Figures(
    long at,
    Counters counters,
    LaneGauges lanes,
    int maxInFlight,
    Storage storage,
    State state,
    Sharing sharing) {

  /**
   * All counters.
   *
   * @param messages messages
   * @param deliveries deliveries
   * @param trouble things that should not happen
   * @param firstDelay the times from the acceptance of a message to its first attempt
   */
  public record Counters(
      Messages messages, Deliveries deliveries, Trouble trouble, Delays firstDelay) {}

  /**
   * Counters of messages.
   *
   * @param accepted accepted messages
   * @param unmatched those of them that matched no endpoint
   * @param refusedByStore messages refused because nothing could be stored
   * @param overloaded messages refused because too many waited to be stored
   * @param failedRequests requests to send a message that were answered with 5xx
   */
  public record Messages(
      long accepted, long unmatched, long refusedByStore, long overloaded, long failedRequests) {}

  /**
   * Counters of deliveries.
   *
   * @param succeeded deliveries that succeeded
   * @param failed deliveries that failed for good
   * @param attempts attempts
   * @param failedAttempts attempts that were not answered with 2xx
   */
  public record Deliveries(long succeeded, long failed, long attempts, long failedAttempts) {}

  /**
   * Counters of things that should not happen.
   *
   * @param unforeseen unforeseen failures
   * @param postponed attempts not made because the process lacked a resource
   * @param disabled endpoints that were disabled because they failed
   * @param invalidTokens invalid tokens
   */
  public record Trouble(long unforeseen, long postponed, long disabled, long invalidTokens) {}

  /**
   * Sizes in bytes; 0 if unknown.
   *
   * @param size the size of the store
   * @param walSize the size of its write-ahead log
   * @param diskFree the free space on its disk
   * @param diskSize the size of its disk
   */
  public record Storage(long size, long walSize, long diskFree, long diskSize) {
    /** Nothing is known. */
    public static final Storage UNKNOWN = new Storage(0, 0, 0, 0);
  }

  /**
   * The share in the work of several processes on one store.
   *
   * @param losses the times that another process has taken over from this one
   * @param handoffLagMillis the age of the oldest work of others that waited at the last look
   */
  public record Sharing(long losses, long handoffLagMillis) {
    /** The process is alone. */
    public static final Sharing ALONE = new Sharing(0, 0);
  }

  /**
   * The ability to work.
   *
   * @param obstacle the reason for which nothing can be stored, or null
   * @param failed whether only a restart helps
   * @param lease whether this process may send what is in the store
   * @param held whether deliveries are held after a restore
   */
  public record State(@Nullable String obstacle, boolean failed, boolean lease, boolean held) {}
}
