package dev.posthorn.spi.store.rows;

import dev.posthorn.spi.store.PartitionBatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stored message.
 *
 * @param id its id, which contains the time of acceptance
 * @param application the application that it belongs to
 * @param spec the sender's description of the message
 * @param targets ids of the endpoints it was for; empty if it matched none, and in rows loaded for
 *     sending
 * @param body the exact payload; empty in lists, and if it was removed
 * @param expunged whether the payload was removed permanently; see {@link
 *     PartitionBatch#expungedMessages}
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

  /** Returns its channels; may be empty. */
  public List<String> channels() {
    return spec.channels();
  }

  /** Returns the sender's tags to find it by; may be empty. */
  public List<String> tags() {
    return spec.tags();
  }

  /** Returns the sender's id of the event, or null. */
  public @Nullable String eventId() {
    return spec.eventId();
  }

  /** Returns the payload's media type. */
  public String contentType() {
    return spec.contentType();
  }

  /** Returns the time before which it is not delivered, or 0 for immediate delivery. */
  public long deliverAt() {
    return spec.deliverAt();
  }

  /** Returns the public id that the sender chose for it, or null. */
  public @Nullable String publicId() {
    return spec.publicId();
  }

  /** Returns this message with another description. */
  public MessageRow with(MessageSpec other) {
    return new MessageRow(id, application, other, targets, body, expunged);
  }

  /** Returns this message without its body, as in lists. */
  public MessageRow withoutBody() {
    return new MessageRow(id, application, spec, targets, NO_BODY, expunged);
  }

  /** Returns this message without its targets, as it is sent: there may be a great many targets. */
  public MessageRow withoutTargets() {
    return new MessageRow(id, application, spec, NO_TARGETS, body, expunged);
  }

  /** Returns this message with its payload removed. */
  public MessageRow expunge() {
    return new MessageRow(id, application, spec, targets, NO_BODY, true);
  }
}
