package dev.posthorn.spi.store;

import dev.posthorn.DeliveryState;
import org.jspecify.annotations.Nullable;

/**
 * Which attempts of one endpoint, of one message, or of one message for one endpoint to list.
 *
 * @param endpoint the endpoint, or 0 for all that the message was for
 * @param message the message, or 0 for all of the endpoint
 * @param after only ids greater than this (exclusive), or {@link Long#MIN_VALUE}
 * @param before only ids smaller than this (exclusive), or {@link Long#MAX_VALUE}
 * @param newestFirst the order
 * @param limit how many at most, 1 to 1,000
 * @param filter what else they have to be
 */
public record AttemptQuery(
    long endpoint,
    long message,
    long after,
    long before,
    boolean newestFirst,
    int limit,
    AttemptFilter filter) {

  /**
   * Checks that it is asked for something.
   *
   * @throws IllegalArgumentException if both the endpoint and the message are 0
   */
  public AttemptQuery {
    if (endpoint == 0 && message == 0) {
      throw new IllegalArgumentException("endpoint and message are both 0; give one of them");
    }
  }

  /** Creates a query for attempts of an endpoint that is filtered by the state alone. */
  public AttemptQuery(
      long endpoint,
      long after,
      long before,
      boolean newestFirst,
      int limit,
      @Nullable DeliveryState state) {
    this(endpoint, 0, after, before, newestFirst, limit, AttemptFilter.byState(state));
  }
}
