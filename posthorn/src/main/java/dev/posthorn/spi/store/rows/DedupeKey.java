package dev.posthorn.spi.store.rows;

/**
 * A deduplication key with its scope.
 *
 * @param scope the scope in which it is unique, such as an application
 * @param key the key
 */
public record DedupeKey(String scope, String key) {}
