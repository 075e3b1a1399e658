package dev.posthorn.spi.store;

/**
 * Sizes of a store.
 *
 * @param fileBytes the size of its main file or database
 * @param walBytes the size of its write-ahead log now
 * @param maxWalBytes the largest that the write-ahead log has been since the store was opened
 */
public record StoreStats(long fileBytes, long walBytes, long maxWalBytes) {}
