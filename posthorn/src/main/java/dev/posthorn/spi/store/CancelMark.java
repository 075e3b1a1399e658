package dev.posthorn.spi.store;

/**
 * What somebody cancelled: the deliveries up to an id of an endpoint, of a message, or of a message
 * for one endpoint. It stands until none of them waits any more.
 *
 * @param message the message, or 0 for all of the endpoint
 * @param endpoint the endpoint, or 0 for all that the message is for
 * @param upTo the greatest id of a delivery that it holds for
 */
public record CancelMark(long message, long endpoint, long upTo) {}
