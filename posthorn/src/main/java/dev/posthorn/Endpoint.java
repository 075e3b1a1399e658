package dev.posthorn;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint: a URL with secrets, filters, limits and a retry policy.
 *
 * @param id its id, such as {@code ep_…}
 * @param application the id of the application that it belongs to
 * @param uid your own name for it, or null
 * @param url the URL of the receiver
 * @param description a description for people
 * @param events patterns of the event types that it wants; empty for all
 * @param channels the channels that it listens to; empty for all
 * @param state the state
 * @param policy the delivery rules
 * @param metadata your own metadata
 * @param created the time at which it was added
 * @param updated the time of the last change
 */
public record Endpoint(
    String id,
    String application,
    @Nullable String uid,
    String url,
    String description,
    List<String> events,
    List<String> channels,
    State state,
    Policy policy,
    Map<String, String> metadata,
    Instant created,
    Instant updated) {

  /** The state of an endpoint. */
  public enum State {
    /** Deliveries are attempted. */
    ENABLED,
    /** New deliveries are accepted and held. */
    PAUSED,
    /** No new deliveries are accepted; pending ones are held. */
    DISABLED,
    /** Disabled by Posthorn: nothing but failures for days. */
    DISABLED_FAILING,
    /** Disabled by Posthorn: the receiver answered 410 Gone. */
    DISABLED_GONE
  }

  /**
   * The delivery rules of an endpoint.
   *
   * @param ordered whether each delivery waits for the outcome of the last
   * @param rateLimit the maximum number of requests per second, or 0 for no limit
   * @param concurrency the maximum number of concurrent requests, or 0 for the default
   * @param timeout the time limit of a request, or null for the default
   * @param retrySchedule the retry schedule, or null for the default
   * @param wireFormat the name of its wire format
   */
  public record Policy(
      boolean ordered,
      int rateLimit,
      int concurrency,
      @Nullable Duration timeout,
      @Nullable RetrySchedule retrySchedule,
      String wireFormat) {}
}
