package dev.posthorn.internal.engine.base;

import org.jspecify.annotations.Nullable;

/**
 * A message that is on disk, with all of its deliveries.
 *
 * @param message its id
 * @param targets the endpoints it is for; empty if it matched nobody
 * @param duplicate whether it was accepted before, under the same event id
 * @param publicId the public id that its sender chose, or null: then it is made of the id
 */
public record SendResult(
    long message, long[] targets, boolean duplicate, @Nullable String publicId) {}
