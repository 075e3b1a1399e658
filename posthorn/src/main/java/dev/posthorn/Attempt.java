package dev.posthorn;

import dev.posthorn.spi.store.AttemptKind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP exchange of a delivery; or the end of a delivery without one, as by cancellation.
 *
 * @param id its id
 * @param application the id of the application that message and endpoint belong to
 * @param message the message's id
 * @param eventType the message's event type, or null if the message is gone
 * @param endpoint the endpoint's id
 * @param time when it ended
 * @param kind why it was made
 * @param number how many attempts of the delivery were spent after it
 * @param state the delivery's state after it
 * @param status the HTTP status, or 0 if there was no response
 * @param error the stable name of what went wrong, such as {@code timeout_connect}, or null
 * @param timings how long its phases took
 * @param excerpt the beginning of the response's body, or what went wrong
 * @param next when the next attempt is due, or null
 */
public record Attempt(
    String id,
    String application,
    String message,
    @Nullable String eventType,
    String endpoint,
    Instant time,
    AttemptKind kind,
    int number,
    DeliveryState state,
    int status,
    @Nullable String error,
    Timings timings,
    String excerpt,
    @Nullable Instant next) {}
