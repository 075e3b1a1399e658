package dev.posthorn;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message as it was accepted, and where its deliveries stand.
 *
 * @param id its id
 * @param type its event type
 * @param channels its channels
 * @param eventId the sender's own id for the event, or null
 * @param time when it was accepted
 * @param contentType the payload's media type
 * @param payload the exact payload; empty in lists
 * @param deliveries the state of its delivery to each endpoint, by the endpoint's id; empty in
 *     lists
 */
public record Message(
    String id,
    String type,
    List<String> channels,
    @Nullable String eventId,
    Instant time,
    String contentType,
    byte[] payload,
    Map<String, DeliveryState> deliveries) {

  /** Returns the payload as text in UTF-8. */
  public String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }
}
