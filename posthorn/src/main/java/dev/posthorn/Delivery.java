package dev.posthorn;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One message for one endpoint.
 *
 * @param id its id
 * @param message the message's id
 * @param endpoint the endpoint's id
 * @param state where it stands
 * @param attempts how many attempts were spent
 * @param next when the next attempt is due if it waits, else null
 */
public record Delivery(
    String id,
    String message,
    String endpoint,
    DeliveryState state,
    int attempts,
    @Nullable Instant next) {}
