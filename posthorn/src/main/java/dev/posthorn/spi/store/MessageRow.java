package dev.posthorn.spi.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message as it is stored.
 *
 * @param id its id; the time of acceptance can be read from it
 * @param application whose it is
 * @param type its event type
 * @param channels its channels; empty means none
 * @param tags the sender's own marks to find it by; empty means none
 * @param eventId the sender's own id for the event, or null
 * @param contentType the payload's media type
 * @param targets ids of the endpoints it was for; empty if it matched nobody, and in what is read
 *     to be sent
 * @param body the exact payload; empty in lists, and if it was expunged
 * @param expunged whether the payload was removed for good; see {@link Batch#expungedMessages}
 * @param deliverAt before which time it was not to be delivered, or 0 for at once
 */
public record MessageRow(
    long id,
    long application,
    String type,
    List<String> channels,
    List<String> tags,
    @Nullable String eventId,
    String contentType,
    long[] targets,
    byte[] body,
    boolean expunged,
    long deliverAt) {
  private static final byte[] NO_BODY = {};
  private static final long[] NO_TARGETS = {};

  /** Creates a message with its payload, for at once. */
  public MessageRow(
      long id,
      long application,
      String type,
      List<String> channels,
      List<String> tags,
      @Nullable String eventId,
      String contentType,
      long[] targets,
      byte[] body) {
    this(id, application, type, channels, tags, eventId, contentType, targets, body, false, 0);
  }

  /** Returns this message as lists have it. */
  public MessageRow withoutBody() {
    return withoutBody(expunged);
  }

  /** Returns this message as it is sent: there may be very many endpoints that it was for. */
  public MessageRow withoutTargets() {
    return new MessageRow(
        id,
        application,
        type,
        channels,
        tags,
        eventId,
        contentType,
        NO_TARGETS,
        body,
        expunged,
        deliverAt);
  }

  /** Returns this message as it is once its payload was removed. */
  public MessageRow expunge() {
    return withoutBody(true);
  }

  private MessageRow withoutBody(boolean removed) {
    return new MessageRow(
        id,
        application,
        type,
        channels,
        tags,
        eventId,
        contentType,
        targets,
        NO_BODY,
        removed,
        deliverAt);
  }
}
