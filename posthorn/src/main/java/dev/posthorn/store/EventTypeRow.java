package dev.posthorn.store;

import org.jspecify.annotations.Nullable;

/**
 * An event type as it is stored.
 *
 * @param environment the separate world it is in
 * @param name its name, unique within the environment
 * @param description a note for people
 * @param schema a JSON Schema of its payload, or null
 * @param archived whether it is no longer offered
 * @param created when it was created
 * @param updated when it was last changed
 */
public record EventTypeRow(
    long environment,
    String name,
    String description,
    @Nullable String schema,
    boolean archived,
    long created,
    long updated) {}
