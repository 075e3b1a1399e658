package dev.posthorn;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One message for one endpoint.
 *
 * @param id its id
 * @param message the message's id
 * @param endpoint the endpoint's id
 * @param state the state
 * @param attempts the number of attempts so far
 * @param next the time of the next attempt if the delivery is pending, else null
 */
public record Delivery(
    String id,
    String message,
    String endpoint,
    DeliveryState state,
    int attempts,
    @Nullable Instant next) {}
