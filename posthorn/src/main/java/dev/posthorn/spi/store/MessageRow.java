package dev.posthorn.spi.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message as it is stored.
 *
 * @param id its id; the time of acceptance can be read from it
 * @param application the application that it belongs to
 * @param spec the message as its sender described it
 * @param targets ids of the endpoints it was for; empty if it matched nobody, and in what is read
 *     to be sent
 * @param body the exact payload; empty in lists, and if it was expunged
 * @param expunged whether the payload was removed for good; see {@link Batch#expungedMessages}
 */
public record MessageRow(
    long id, long application, MessageSpec spec, long[] targets, byte[] body, boolean expunged) {
  private static final byte[] NO_BODY = {};
  private static final long[] NO_TARGETS = {};

  /** Creates a message with its payload. */
  public MessageRow(long id, long application, MessageSpec spec, long[] targets, byte[] body) {
    this(id, application, spec, targets, body, false);
  }

  /** Returns its event type. */
  public String type() {
    return spec.type();
  }

  /** Returns its channels; empty means none. */
  public List<String> channels() {
    return spec.channels();
  }

  /** Returns the sender's own marks to find it by; empty means none. */
  public List<String> tags() {
    return spec.tags();
  }

  /** Returns the sender's own id for the event, or null. */
  public @Nullable String eventId() {
    return spec.eventId();
  }

  /** Returns the payload's media type. */
  public String contentType() {
    return spec.contentType();
  }

  /** Returns the time before which it is not delivered, or 0 for at once. */
  public long deliverAt() {
    return spec.deliverAt();
  }

  /** Returns this message with another description. */
  public MessageRow with(MessageSpec other) {
    return new MessageRow(id, application, other, targets, body, expunged);
  }

  /** Returns this message as lists have it. */
  public MessageRow withoutBody() {
    return new MessageRow(id, application, spec, targets, NO_BODY, expunged);
  }

  /** Returns this message as it is sent: there may be very many endpoints that it was for. */
  public MessageRow withoutTargets() {
    return new MessageRow(id, application, spec, NO_TARGETS, body, expunged);
  }

  /** Returns this message as it is once its payload was removed. */
  public MessageRow expunge() {
    return new MessageRow(id, application, spec, targets, NO_BODY, true);
  }
}
