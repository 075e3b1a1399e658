package dev.posthorn;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The messages of one application: to be read, cancelled and delivered again. */
public interface Messages {

  /**
   * Returns a message; throws NOT_FOUND if there is none with this id, or it is past its retention.
   */
  Message get(String id);

  /** Returns the deliveries of a message, one for each endpoint it was, or is now, for. */
  List<Delivery> deliveries(String id);

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

  /** Delivers a message to an endpoint again; returns whether there is a new delivery. */
  boolean replay(String id, String endpoint);
}
