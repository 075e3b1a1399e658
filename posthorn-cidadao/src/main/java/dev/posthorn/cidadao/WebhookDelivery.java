package dev.posthorn.cidadao;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What became of an event for one webhook.
 *
 * @param webhookUrl where it went
 * @param event what was sent
 * @param timestamp when the event was accepted, in milliseconds
 * @param statusCode the status of the last attempt's response, or null if there was none
 * @param responseBody the first 1,000 characters of the last response's body, or null if there was
 *     no response
 * @param error what went wrong in place of a response, or null if there was one
 * @param attempts how many attempts were made
 * @param success whether the last one was answered with 2xx
 * @param durationMs how long the last attempt took in milliseconds, or null if there was none
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
