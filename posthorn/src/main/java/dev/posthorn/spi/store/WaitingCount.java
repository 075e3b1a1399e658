package dev.posthorn.spi.store;

/**
 * How many deliveries wait for an endpoint.
 *
 * @param all how many
 * @param attempted how many of them have spent an attempt
 */
public record WaitingCount(int all, int attempted) {}
