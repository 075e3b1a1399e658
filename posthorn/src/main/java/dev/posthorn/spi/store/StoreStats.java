package dev.posthorn.spi.store;

/**
 * Sizes of a store.
 *
 * @param fileBytes the size of its main file or database
 * @param walBytes the current size of its write-ahead log
 * @param maxWalBytes the largest size of the write-ahead log since the store was opened
 */
public record StoreStats(long fileBytes, long walBytes, long maxWalBytes) {}
