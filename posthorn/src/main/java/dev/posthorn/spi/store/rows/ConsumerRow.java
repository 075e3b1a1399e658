package dev.posthorn.spi.store.rows;

/**
 * The position of a consumer that polls for the messages of an endpoint.
 *
 * @param endpoint the endpoint
 * @param name the consumer's name for itself
 * @param position the id of the last message it has received, or any id between that and the next
 *     message
 * @param updated the time it last moved, in milliseconds
 */
public record ConsumerRow(long endpoint, String name, long position, long updated) {}
