package dev.posthorn.store;

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
 * @param types only these event types; empty means all
 * @param channel only messages with this channel, or null
 */
public record MessageQuery(
    long application,
    long after,
    long before,
    boolean newestFirst,
    int limit,
    Set<String> types,
    @Nullable String channel) {}
