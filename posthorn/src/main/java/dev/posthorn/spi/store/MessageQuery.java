package dev.posthorn.spi.store;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which messages of one application to list.
 *
 * @param application whose messages
 * @param after only ids greater than this (exclusive), or {@link Long#MIN_VALUE}
 * @param before only ids smaller than this (exclusive), or {@link Long#MAX_VALUE}
 * @param newestFirst the order
 * @param limit how many at most, 1 to 1,000
 * @param filter what else they have to be
 */
public record MessageQuery(
    long application,
    long after,
    long before,
    boolean newestFirst,
    int limit,
    MessageFilter filter) {

  /** Creates a query that is filtered by event types and a channel alone. */
  public MessageQuery(
      long application,
      long after,
      long before,
      boolean newestFirst,
      int limit,
      Set<String> types,
      @Nullable String channel) {
    this(
        application,
        after,
        before,
        newestFirst,
        limit,
        new MessageFilter(types, channel, null, null, 0));
  }
}
