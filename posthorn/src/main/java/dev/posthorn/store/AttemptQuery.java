package dev.posthorn.store;

import org.jspecify.annotations.Nullable;

/**
 * Which attempts of one endpoint to list.
 *
 * @param endpoint whose attempts
 * @param after only ids greater than this (exclusive), or {@link Long#MIN_VALUE}
 * @param before only ids smaller than this (exclusive), or {@link Long#MAX_VALUE}
 * @param newestFirst the order
 * @param limit how many at most, 1 to 1,000
 * @param state only attempts after which the delivery was in this state, or null
 */
public record AttemptQuery(
    long endpoint,
    long after,
    long before,
    boolean newestFirst,
    int limit,
    @Nullable DeliveryState state) {}
