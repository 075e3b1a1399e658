package dev.posthorn.store;

/**
 * A key that was used, and what it stands for.
 *
 * @param scope where the key counts, such as an application
 * @param key the key
 * @param hash a hash of what was sent with it
 * @param message the message that came of it
 * @param expires from when the key may be used again
 */
public record DedupeRow(String scope, String key, byte[] hash, long message, long expires) {}
