package dev.posthorn.internal.engine.base;

/**
 * A message that is on disk, with all of its deliveries.
 *
 * @param message its id
 * @param targets the endpoints it is for; empty if it matched nobody
 * @param duplicate whether it was accepted before, under the same event id
 */
public record SendResult(long message, long[] targets, boolean duplicate) {}
