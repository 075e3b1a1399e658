package dev.posthorn.engine;

/**
 * Which part of a list is wanted.
 *
 * @param after only ids greater than this, or {@link Long#MIN_VALUE}
 * @param before only ids smaller than this, or {@link Long#MAX_VALUE}
 * @param newestFirst the order
 * @param limit how many at most
 */
public record Listing(long after, long before, boolean newestFirst, int limit) {}
