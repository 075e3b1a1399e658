package dev.posthorn.cidadao;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.store.rows.AttemptRow;
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
    @Nullable Double durationMs) {

  /** Returns the result of a delivery whose last attempt is known. */
  static WebhookDelivery of(String url, WebhookEvent event, AttemptRow last) {
    boolean answered = last.status() != 0;
    return new WebhookDelivery(
        url,
        event,
        Instant.ofEpochMilli(Ids.timeOf(last.message())),
        answered ? last.status() : null,
        answered ? Results.responseBody(last) : null,
        answered ? null : Results.error(last),
        last.spent(),
        last.state() == DeliveryState.SUCCEEDED,
        last.isExchange() ? last.timings().total() / 1_000.0 : null);
  }
}
