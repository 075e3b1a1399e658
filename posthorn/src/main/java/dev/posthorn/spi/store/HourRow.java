package dev.posthorn.spi.store;

/**
 * What happened to an endpoint's deliveries in one hour. Manual tests do not count.
 *
 * @param endpoint the endpoint
 * @param start when the hour begins: a multiple of 3,600,000 milliseconds since the epoch
 * @param succeeded deliveries that succeeded
 * @param failed deliveries that failed
 * @param cancelled deliveries that were cancelled
 * @param attempts exchanges
 * @param failedAttempts exchanges that were not answered with 2xx
 */
public record HourRow(
    long endpoint,
    long start,
    long succeeded,
    long failed,
    long cancelled,
    long attempts,
    long failedAttempts) {}
