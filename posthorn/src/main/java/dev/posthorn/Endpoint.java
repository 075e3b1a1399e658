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
 * @param url where its deliveries go
 * @param description a note for people
 * @param events patterns of the event types it wants; empty for all
 * @param channels the channels it listens to; empty for all
 * @param state whether it takes deliveries
 * @param policy how it is delivered to
 * @param metadata your own notes
 * @param created when it was added
 * @param updated when it was last changed
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

  /** Whether an endpoint takes deliveries. */
  public enum State {
    /** It does. */
    ENABLED,
    /** New deliveries are accepted and held. */
    PAUSED,
    /** No new deliveries; those that wait are held. */
    DISABLED,
    /** Disabled by Posthorn: nothing but failures for days. */
    DISABLED_FAILING,
    /** Disabled by Posthorn: the receiver answered 410 Gone. */
    DISABLED_GONE
  }

  /**
   * How an endpoint is delivered to.
   *
   * @param ordered whether the next delivery waits for the outcome of the last
   * @param rateLimit requests a second at most, or 0 for no limit
   * @param concurrency requests at the same time at most, or 0 for the default
   * @param timeout how long a request may take, or null for the default
   * @param retrySchedule its own schedule, or null for the default
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
