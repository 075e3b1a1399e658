package dev.posthorn.spi.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event type as it is stored.
 *
 * @param environment the separate world it is in
 * @param name its name, unique within the environment
 * @param description a note for people
 * @param schemas JSON Schemas of its payload: the text of a JSON object with one for each version,
 *     or null
 * @param archived whether it is no longer offered
 * @param deprecated whether it is offered with a warning
 * @param featureFlags it is offered only to those who have one of these flags; empty means to all
 * @param groupName the group that it is listed in, or null
 * @param retryWaits the waits before the second, third, … attempt of its deliveries in
 *     milliseconds; null for those of the endpoint
 * @param created when it was created
 * @param updated when it was last changed
 */
public record EventTypeRow(
    long environment,
    String name,
    String description,
    @Nullable String schemas,
    boolean archived,
    boolean deprecated,
    List<String> featureFlags,
    @Nullable String groupName,
    @Nullable List<Long> retryWaits,
    long created,
    long updated) {}
