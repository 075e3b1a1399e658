package dev.posthorn;

import java.time.Duration;
import java.util.Map;

/**
 * Figures of a {@link Posthorn} at one moment: counts since it was opened, and what it holds now.
 *
 * @param messages messages that were sent
 * @param deliveries deliveries in any state
 * @param attempts attempts, by result
 * @param endpoints endpoints that are in memory
 * @param storage the database
 * @param failures failures inside the process
 */
public record PosthornStats(
    Messages messages,
    Deliveries deliveries,
    Attempts attempts,
    Endpoints endpoints,
    Storage storage,
    Failures failures) {

  /**
   * Counts of messages.
   *
   * @param accepted messages accepted, with all of their deliveries on disk
   * @param unmatched accepted messages that matched no endpoint
   * @param duplicates messages sent again under the event id of an accepted one
   * @param rejected messages rejected, by reason; a reason without any is missing
   */
  public record Messages(
      long accepted, long unmatched, long duplicates, Map<dev.posthorn.Reason, Long> rejected) {
    /** Copies the map. */
    public Messages {
      rejected = Map.copyOf(rejected);
    }
  }

  /**
   * Counts of deliveries.
   *
   * @param added deliveries created, by acceptance or replay
   * @param ended deliveries that have ended, by state; a state without any is missing
   * @param inFlight deliveries from the start of their request until its outcome is on disk
   * @param maxInFlight the maximum of these; see {@link PosthornOptions#maxInFlight}
   * @param loaded deliveries that wait in memory; others wait on disk
   * @param overdue the time by which the delivery that is due longest is overdue
   */
  public record Deliveries(
      long added,
      Map<dev.posthorn.DeliveryState, Long> ended,
      int inFlight,
      int maxInFlight,
      long loaded,
      Duration overdue) {
    /** Copies the map. */
    public Deliveries {
      ended = Map.copyOf(ended);
    }
  }

  /**
   * Counts and times of attempts.
   *
   * @param results attempts by class of status or error, such as {@code 2xx} or {@code
   *     timeout_connect}; a result without any is missing
   * @param postponed attempts that were put off since this process lacked a resource, such as
   *     {@code descriptors}; a resource without any is missing
   * @param time the duration of attempts
   * @param firstDelay the time from acceptance to the start of the first attempt; scheduled
   *     messages are not counted
   */
  public record Attempts(
      Map<String, Long> results, Map<String, Long> postponed, Latency time, Latency firstDelay) {
    /** Copies the maps. */
    public Attempts {
      results = Map.copyOf(results);
      postponed = Map.copyOf(postponed);
    }
  }

  /**
   * Counts of endpoints.
   *
   * @param active endpoints in memory, as they have work or had some lately
   * @param slow active endpoints that are slow or fail
   * @param circuitOpen active endpoints whose circuit breaker is not closed
   * @param unloaded active endpoints with deliveries that are only on disk
   * @param disabled endpoints that Posthorn disabled since it was opened, by state
   */
  public record Endpoints(
      int active, int slow, int circuitOpen, int unloaded, Map<Endpoint.State, Long> disabled) {
    /** Copies the map. */
    public Endpoints {
      disabled = Map.copyOf(disabled);
    }
  }

  /**
   * Sizes and times of the database.
   *
   * @param fileBytes the size of the file, or -1 if it cannot be read
   * @param walBytes the size of its write-ahead log, or -1
   * @param commits commits so far
   * @param commitTime the duration of commits
   * @param payloadBytes the size of all payloads in memory for deliveries that wait
   */
  public record Storage(
      long fileBytes, long walBytes, long commits, Latency commitTime, long payloadBytes) {}

  /**
   * Counts of failures inside the process.
   *
   * @param unforeseen failures that nobody foresaw; each is in the log
   * @param eventsDropped events that listeners missed because they were too slow
   * @param fenced whether another process has taken over the database, so that this one neither
   *     stores nor sends anything until it is opened again
   */
  public record Failures(long unforeseen, long eventsDropped, boolean fenced) {}

  /**
   * Durations of one kind.
   *
   * @param count number of durations
   * @param total sum of all durations
   * @param p50 upper bound of one half of them, at most an eighth too high; zero if there are none
   * @param p99 upper bound of 99 % of them
   */
  public record Latency(long count, Duration total, Duration p50, Duration p99) {
    /** Returns the mean duration; zero if there are none. */
    public Duration mean() {
      return count == 0 ? Duration.ZERO : total.dividedBy(count);
    }
  }
}
