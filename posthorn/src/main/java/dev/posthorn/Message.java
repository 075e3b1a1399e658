package dev.posthorn;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message as it was accepted, with the states of its deliveries.
 *
 * @param id its id
 * @param type its event type
 * @param channels its channels
 * @param eventId the sender's own id for the event, or null
 * @param time the time of acceptance
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

  /** Returns a builder, for tests of code that is given messages. */
  public static Builder builder(String id) {
    return new Builder(id);
  }

  /** A builder of {@link Message}. Not thread-safe. */
  public static final class Builder {
    private final String id;
    private String type = "";
    private List<String> channels = List.of();
    private @Nullable String eventId;
    private Instant time = Instant.EPOCH;
    private String contentType = "application/json";
    private byte[] payload = {};
    private Map<String, DeliveryState> deliveries = Map.of();

    private Builder(String id) {
      this.id = id;
    }

    /** Sets the event type. */
    public Builder type(String eventType) {
      this.type = eventType;
      return this;
    }

    /** Sets the channels. */
    public Builder channels(List<String> names) {
      this.channels = names;
      return this;
    }

    /** Sets the sender's own id for the event. */
    public Builder eventId(@Nullable String event) {
      this.eventId = event;
      return this;
    }

    /** Sets the time it was accepted. */
    public Builder time(Instant accepted) {
      this.time = accepted;
      return this;
    }

    /** Sets the payload's media type. */
    public Builder contentType(String mediaType) {
      this.contentType = mediaType;
      return this;
    }

    /** Sets the payload. */
    public Builder payload(byte[] bytes) {
      this.payload = bytes;
      return this;
    }

    /** Sets the state of its delivery to each endpoint, by the id of the endpoint. */
    public Builder deliveries(Map<String, DeliveryState> states) {
      this.deliveries = states;
      return this;
    }

    /** Returns it. */
    public Message build() {
      return new Message(id, type, channels, eventId, time, contentType, payload, deliveries);
    }
  }

  /** Returns the payload as text in UTF-8. */
  public String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }
}
