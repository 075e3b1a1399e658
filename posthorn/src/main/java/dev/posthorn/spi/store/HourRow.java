package dev.posthorn.spi.store;

/**
 * The deliveries of an endpoint in one hour.
 *
 * @param endpoint the endpoint
 * @param start the beginning of the hour: a multiple of 3,600,000 milliseconds since the epoch
 * @param counts the deliveries and exchanges that ended in it
 */
public record HourRow(long endpoint, long start, HourCounts counts) {}
