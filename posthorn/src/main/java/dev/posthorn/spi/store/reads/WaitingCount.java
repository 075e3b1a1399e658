package dev.posthorn.spi.store.reads;

/**
 * Number of waiting deliveries of an endpoint.
 *
 * @param all the number of waiting deliveries
 * @param attempted the number of those that have spent an attempt
 */
public record WaitingCount(int all, int attempted) {}
