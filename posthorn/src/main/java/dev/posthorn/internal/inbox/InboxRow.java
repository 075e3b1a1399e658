package dev.posthorn.internal.inbox;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A row of the inbox as it was read: nothing of it is checked yet, since any program may write one.
 *
 * @param id its place in the order of rows
 * @param messageId the message's public id, which the sender chose
 * @param application the uid or the public id of its application
 * @param content the message
 * @param times its times
 * @param trace the trace in which it was sent
 * @param tries the number of times that it was refused
 */
record InboxRow(
    long id,
    String messageId,
    String application,
    Content content,
    Times times,
    TraceContext trace,
    int tries) {

  /**
   * The message.
   *
   * @param type its event type
   * @param contentType the payload's media type
   * @param channels its channels, separated by commas; null for none
   * @param tags its tags, separated by commas; null for none
   * @param eventId the sender's own id for the event, or null
   * @param payload its payload
   */
  record Content(
      String type,
      String contentType,
      @Nullable String channels,
      @Nullable String tags,
      @Nullable String eventId,
      Payload payload) {}

  /**
   * A payload as it is stored.
   *
   * @param key the key of the key ring that encrypts it, or null if it is plain
   * @param size its size in bytes as it is stored
   * @param bytes its bytes; null if it is so large that it must be read by itself
   */
  record Payload(@Nullable Integer key, long size, byte @Nullable [] bytes) {}

  /**
   * The times of a message, in milliseconds.
   *
   * @param deliverAt the time before which it is not delivered, or 0
   * @param expiresAt the deadline of its attempts, or 0
   * @param payloadRetention the time for which its payload is kept, or 0
   * @param senderTimes the first two as {@code send} was given them, or null
   * @param createdAt the time at which the row was written, or 0 if unknown
   */
  record Times(
      long deliverAt,
      long expiresAt,
      long payloadRetention,
      @Nullable String senderTimes,
      long createdAt) {}

  /** Reads a row in the order of columns of {@link InboxSql#page}. */
  static InboxRow read(ResultSet row) throws SQLException {
    int key = row.getInt(17);
    Payload payload = new Payload(row.wasNull() ? null : key, row.getLong(18), row.getBytes(19));
    return new InboxRow(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        new Content(
            row.getString(4),
            row.getString(5),
            row.getString(6),
            row.getString(7),
            row.getString(8),
            payload),
        new Times(
            row.getLong(9), row.getLong(10), row.getLong(11), row.getString(12), row.getLong(13)),
        new TraceContext(row.getString(15), row.getString(16)),
        row.getInt(14));
  }

  /** Returns whether the payload has to be read by itself. */
  boolean lacksPayload() {
    return content.payload.bytes == null;
  }

  /** Returns this row with its payload. */
  InboxRow withPayload(byte[] bytes) {
    Payload whole = new Payload(content.payload.key, bytes.length, bytes);
    return new InboxRow(
        id,
        messageId,
        application,
        new Content(
            content.type,
            content.contentType,
            content.channels,
            content.tags,
            content.eventId,
            whole),
        times,
        trace,
        tries);
  }
}
