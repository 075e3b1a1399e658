package dev.posthorn;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one application: reads, cancellations and replays.
 *
 * <p>All methods throw {@link dev.posthorn.PosthornException}: with NOT_FOUND for an id that is not
 * one of this application or is past its retention, INVALID for an argument, CLOSED once Posthorn
 * is closed, STORE_FAILED if the file cannot be read.
 */
public interface Messages {

  /** Returns a message with its payload. */
  Message get(String id);

  /** Returns the deliveries of a message, one for each endpoint that it was or is sent to. */
  List<Delivery> deliveries(String id);

  /**
   * Waits until all deliveries of a message have ended, and returns them: for short-lived programs
   * and tests.
   *
   * @param patience the maximum time to wait, up to a day; later deliveries are returned as WAITING
   * @throws dev.posthorn.PosthornException with CLOSED if Posthorn is closed meanwhile; with
   *     UNKNOWN if the thread is interrupted
   */
  List<Delivery> await(String id, Duration patience);

  /** Returns the attempts of a message, oldest first. */
  List<Attempt> attempts(String id);

  /**
   * Returns messages, newest first.
   *
   * @param after {@link MessagePage#next} of the page before, or null for the first one
   * @param limit the maximum number of messages: 1 to 1,000
   * @param types event types to select; none for all. A page with selected types may be short and
   *     not the last
   */
  MessagePage list(@Nullable String after, int limit, String... types);

  /**
   * Returns for each present endpoint whether a message matches, and if not the reason: {@code
   * matched}, {@code disabled}, {@code event_type} or {@code channel}.
   */
  Map<String, String> why(String id);

  /** Cancels all pending deliveries of a message; returns their number. */
  int cancel(String id);

  /**
   * Replays a message to an endpoint, at once and with the whole schedule, whether the last
   * delivery failed, succeeded, or never existed.
   *
   * @return true if there is a new delivery; false if a delivery is pending already
   */
  boolean replay(String id, String endpoint);
}
