package dev.posthorn.spi.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message as its sender described it, without its payload.
 *
 * @param type its event type
 * @param channels its channels; empty means none
 * @param tags the sender's own marks to find it by; empty means none
 * @param eventId the sender's own id for the event, or null
 * @param contentType the payload's media type
 * @param deliverAt the time before which it is not delivered, or 0 for at once
 */
public record MessageSpec(
    String type,
    List<String> channels,
    List<String> tags,
    @Nullable String eventId,
    String contentType,
    long deliverAt) {

  /** Returns a message of JSON for at once, without channels, tags and an id of its event. */
  public static MessageSpec of(String type) {
    return new MessageSpec(type, List.of(), List.of(), null, "application/json", 0);
  }

  /** Returns this message with other channels. */
  public MessageSpec withChannels(List<String> others) {
    return new MessageSpec(type, others, tags, eventId, contentType, deliverAt);
  }

  /** Returns this message with other tags. */
  public MessageSpec withTags(List<String> others) {
    return new MessageSpec(type, channels, others, eventId, contentType, deliverAt);
  }

  /** Returns this message with another id of its event. */
  public MessageSpec withEventId(@Nullable String other) {
    return new MessageSpec(type, channels, tags, other, contentType, deliverAt);
  }

  /** Returns this message with a payload of another media type. */
  public MessageSpec withContentType(String other) {
    return new MessageSpec(type, channels, tags, eventId, other, deliverAt);
  }

  /** Returns this message delivered not before a time. */
  public MessageSpec withDeliverAt(long time) {
    return new MessageSpec(type, channels, tags, eventId, contentType, time);
  }
}
