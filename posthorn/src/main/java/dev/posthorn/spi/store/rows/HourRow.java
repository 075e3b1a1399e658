package dev.posthorn.spi.store.rows;

/**
 * Counts of an endpoint's deliveries and attempts in one hour.
 *
 * @param endpoint the endpoint
 * @param start the start of the hour: a multiple of 3,600,000 milliseconds since the epoch
 * @param counts the counts
 */
public record HourRow(long endpoint, long start, HourCounts counts) {}
