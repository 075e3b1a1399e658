package dev.posthorn;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one application: to be read, cancelled and delivered again.
 *
 * <p>All methods throw {@link dev.posthorn.PosthornException}: with NOT_FOUND for an id that is not
 * one of this application or is past its retention, INVALID for an argument, CLOSED once Posthorn
 * is closed, STORE_FAILED if the file cannot be read.
 */
public interface Messages {

  /** Returns a message with its payload. */
  Message get(String id);

  /** Returns the deliveries of a message, one for each endpoint it was, or is now, for. */
  List<Delivery> deliveries(String id);

  /**
   * Waits until all deliveries of a message have ended, and returns them: for programs that end
   * soon, and for tests.
   *
   * @param patience how long to wait at most, up to a day; what waits then is returned as WAITING
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
   * @param limit how many at most, 1 to 1,000
   * @param types only of these event types; none for all. A page of a list with types can be short
   *     and not the last
   */
  MessagePage list(@Nullable String after, int limit, String... types);

  /**
   * Returns, for each endpoint that the application has now, why a message is for it or not: {@code
   * matched}, {@code disabled}, {@code event_type} or {@code channel}.
   */
  Map<String, String> why(String id);

  /** Cancels the deliveries of a message that wait; returns how many there were. */
  int cancel(String id);

  /**
   * Delivers a message to an endpoint again, at once and with a fresh schedule, whether it failed
   * or succeeded, and also if it was not for the endpoint before.
   *
   * @return whether there is a new delivery; false if one waits already
   */
  boolean replay(String id, String endpoint);
}
