package dev.posthorn.cidadao;

import dev.posthorn.PosthornException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The content of a webhook request: an event, its time and its data.
 *
 * <p>Data and metadata may hold null, strings, booleans, numbers, maps, iterables, arrays, enums,
 * UUIDs and {@code java.time} dates and times.
 *
 * @param event the event
 * @param timestamp the time of the event, sent with its offset, in microseconds
 * @param data the data of the event; keys keep the order of the map
 * @param metadata additional data; omitted if null or empty
 */
public record WebhookPayload(
    WebhookEvent event,
    OffsetDateTime timestamp,
    Map<String, ?> data,
    @Nullable Map<String, ?> metadata) {

  /** Returns a payload with a time in UTC. */
  public static WebhookPayload of(
      WebhookEvent event,
      LocalDateTime timestamp,
      Map<String, ?> data,
      @Nullable Map<String, ?> metadata) {
    return new WebhookPayload(event, timestamp.atOffset(ZoneOffset.UTC), data, metadata);
  }

  /**
   * Returns the body of a request: {@code {"event","timestamp","data"[,"metadata"]}}, compact, in
   * UTF-8.
   *
   * @throws PosthornException if data or metadata hold a value without a JSON form; the message
   *     names it
   */
  public byte[] body() {
    JsonText json = new JsonText();
    json.raw("{\"event\":\"").raw(event.value()).raw("\",\"timestamp\":\"");
    json.raw(Timestamps.iso(timestamp)).raw("\",\"data\":").value("data", data);
    if (metadata != null && !metadata.isEmpty()) {
      json.raw(",\"metadata\":").value("metadata", metadata);
    }
    return json.raw("}").toString().getBytes(StandardCharsets.UTF_8);
  }
}
