package dev.posthorn.spi.store.rows;

/**
 * A cancellation of the deliveries up to an id: of an endpoint, of a message, or of a message for
 * one endpoint. It is kept until none of them is waiting.
 *
 * @param message the message, or 0 for all messages of the endpoint
 * @param endpoint the endpoint, or 0 for all endpoints of the message
 * @param upTo the greatest delivery id that it covers
 */
public record CancelMark(long message, long endpoint, long upTo) {}
