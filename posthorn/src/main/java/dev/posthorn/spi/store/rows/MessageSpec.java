package dev.posthorn.spi.store.rows;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sender's description of a message, without its payload.
 *
 * @param type its event type
 * @param channels its channels; may be empty
 * @param tags the sender's tags to find it by; may be empty
 * @param eventId the sender's id of the event, or null
 * @param contentType the payload's media type
 * @param deliverAt the time before which it is not delivered, or 0 for immediate delivery
 * @param publicId the public id that the sender chose for it, or null: then it is made of its id
 */
public record MessageSpec(
    String type,
    List<String> channels,
    List<String> tags,
    @Nullable String eventId,
    String contentType,
    long deliverAt,
    @Nullable String publicId) {

  /** Creates the description of a message whose public id is made of its id. */
  public MessageSpec(
      String type,
      List<String> channels,
      List<String> tags,
      @Nullable String eventId,
      String contentType,
      long deliverAt) {
    this(type, channels, tags, eventId, contentType, deliverAt, null);
  }

  /**
   * Returns the description of a JSON message for immediate delivery, without channels, tags and
   * event id.
   */
  public static MessageSpec of(String type) {
    return new MessageSpec(type, List.of(), List.of(), null, "application/json", 0);
  }

  /** Returns this message with other channels. */
  public MessageSpec withChannels(List<String> others) {
    return new MessageSpec(type, others, tags, eventId, contentType, deliverAt, publicId);
  }

  /** Returns this message with other tags. */
  public MessageSpec withTags(List<String> others) {
    return new MessageSpec(type, channels, others, eventId, contentType, deliverAt, publicId);
  }

  /** Returns this message with another event id. */
  public MessageSpec withEventId(@Nullable String other) {
    return new MessageSpec(type, channels, tags, other, contentType, deliverAt, publicId);
  }

  /** Returns this message with another media type. */
  public MessageSpec withContentType(String other) {
    return new MessageSpec(type, channels, tags, eventId, other, deliverAt, publicId);
  }

  /** Returns this message with another earliest delivery time. */
  public MessageSpec withDeliverAt(long time) {
    return new MessageSpec(type, channels, tags, eventId, contentType, time, publicId);
  }

  /** Returns this message with a public id that the sender chose. */
  public MessageSpec withPublicId(@Nullable String id) {
    return new MessageSpec(type, channels, tags, eventId, contentType, deliverAt, id);
  }
}
