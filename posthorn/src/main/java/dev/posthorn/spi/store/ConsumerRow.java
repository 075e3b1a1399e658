package dev.posthorn.spi.store;

/**
 * How far a consumer has come that polls for the messages of an endpoint.
 *
 * @param endpoint the endpoint
 * @param name the consumer's name for itself
 * @param position the id of the last message that it has, or of anything before the next one
 * @param updated when it last moved, in milliseconds
 */
public record ConsumerRow(long endpoint, String name, long position, long updated) {}
