package dev.posthorn.spi.store;

/**
 * A key that counts once.
 *
 * @param scope where it counts, such as an application
 * @param key the key
 */
public record DedupeKey(String scope, String key) {}
