package dev.posthorn.store;

/**
 * An environment as it is stored: a separate world with applications, event types and tokens of its
 * own.
 *
 * @param id its id
 * @param name what the host or a token calls it, such as {@code org_2xK…}; unique
 * @param created when it was created
 * @param updated when it was last changed
 */
public record EnvironmentRow(long id, String name, long created, long updated) {}
