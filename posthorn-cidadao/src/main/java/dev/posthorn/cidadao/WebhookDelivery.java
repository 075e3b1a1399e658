package dev.posthorn.cidadao;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The result of sending an event to one webhook.
 *
 * @param webhookUrl the webhook's URL
 * @param event the event
 * @param timestamp the time at which the event was accepted, in milliseconds
 * @param statusCode the status of the last attempt's response, or null if there was none
 * @param responseBody the first 1,000 characters of the last response's body, or null if there was
 *     no response
 * @param error the error if there was no response, or null
 * @param attempts the number of attempts
 * @param success whether the last response was 2xx
 * @param durationMs the duration of the last attempt in milliseconds, or null if there was none
 */
public record WebhookDelivery(
    String webhookUrl,
    WebhookEvent event,
    Instant timestamp,
    @Nullable Integer statusCode,
    @Nullable String responseBody,
    @Nullable String error,
    int attempts,
    boolean success,
    @Nullable Double durationMs) {}
