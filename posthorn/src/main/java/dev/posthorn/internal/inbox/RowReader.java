package dev.posthorn.internal.inbox;

import dev.posthorn.NewMessage;
import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.base.SendRequest.RequestKey;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.rules.MessageRules;
import dev.posthorn.internal.rules.Quoted;
import dev.posthorn.internal.rules.Rules;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Turns rows into requests, checked by the same rules as those of {@code send}. */
final class RowReader {

  private static final Pattern MESSAGE_ID = Pattern.compile(IdPrefix.MESSAGE.pattern());
  private static final String JSON = "application/json";

  private final Destination destination;
  private final PayloadCipher cipher;
  private final TraceContexts traces;

  RowReader(Destination destination, PayloadCipher cipher, TraceContexts traces) {
    this.destination = destination;
    this.cipher = cipher;
    this.traces = traces;
  }

  /**
   * Returns the request of a row.
   *
   * @throws PosthornException with NOT_FOUND if its application is unknown, INVALID or TOO_LARGE if
   *     it cannot be accepted as it is
   */
  SendRequest read(InboxRow row) {
    requireId(row.messageId());
    long application = application(row.application());
    InboxRow.Content content = row.content();
    List<String> tags = InboxNames.split(content.tags());
    Rules.require("tags", MessageRules.tagsProblem(tags));
    NewMessage message = message(row, payload(row));
    SendRequest request =
        new SendRequest(
            application,
            message.type(),
            message.channels(),
            message.contentType(),
            (byte[]) message.payload(),
            options(row, message).withTags(tags));
    if (row.trace().isPresent()) {
      traces.relayed(row.messageId(), row.trace());
    }
    return request.with(
        request
            .options()
            .withRequest(new RequestKey(SendRequest.INBOX_SCOPE, row.messageId(), request.hash()))
            .withPublicId(row.messageId()));
  }

  private static void requireId(String id) {
    if (!MESSAGE_ID.matcher(id).matches()) {
      throw PosthornException.invalid(
          "message_id",
          "is "
              + Quoted.of(id)
              + "; insert the row with msg_ and 27 random characters of A-Z a-z 0-9");
    }
  }

  private long application(String name) {
    OptionalLong id = destination.application(name);
    if (id.isEmpty()) {
      throw new PosthornException(
          Reason.NOT_FOUND,
          "application: "
              + Quoted.of(name)
              + " is no uid or id of an application here; create it with application(uid)");
    }
    return id.getAsLong();
  }

  private byte[] payload(InboxRow row) {
    InboxRow.Payload payload = row.content().payload();
    byte[] bytes = payload.bytes();
    if (bytes == null) { // it was not even read
      throw tooLarge(payload.size());
    }
    byte[] plain = payload.key() == null ? bytes : cipher.open(row, payload.key(), bytes);
    if (plain.length > destination.maxPayloadSize()) {
      throw tooLarge(plain.length);
    }
    return plain;
  }

  private PosthornException tooLarge(long size) {
    return new PosthornException(
        Reason.TOO_LARGE,
        "payload: has "
            + size
            + " bytes; at most "
            + destination.maxPayloadSize()
            + " are accepted (PosthornOptions.maxPayloadSize)");
  }

  private static NewMessage message(InboxRow row, byte[] payload) {
    InboxRow.Content content = row.content();
    NewMessage.Builder message =
        content.contentType().equals(JSON)
            ? NewMessage.builder(content.type(), payload)
            : NewMessage.builder(content.type(), payload, content.contentType());
    if (content.eventId() != null) {
      message.eventId(content.eventId());
    }
    InboxRow.Times times = row.times();
    if (times.deliverAt() != 0) {
      message.deliverAt(Instant.ofEpochMilli(times.deliverAt()));
    }
    if (times.expiresAt() != 0) {
      message.expiresAt(Instant.ofEpochMilli(times.expiresAt()));
    }
    return message.channels(InboxNames.split(content.channels()).toArray(String[]::new)).build();
  }

  private static SendRequest.Options options(InboxRow row, NewMessage message) {
    InboxRow.Times times = row.times();
    if (times.expiresAt() != 0 && times.expiresAt() <= times.deliverAt()) {
      throw PosthornException.invalid("expires_at", "must be later than deliver_at");
    }
    if (times.payloadRetention() < 0) {
      throw PosthornException.invalid("payload_retention", "must not be negative");
    }
    SendRequest.Options options =
        new SendRequest.Options(message.eventId(), times.deliverAt(), times.expiresAt(), null)
            .withPayloadMillis(times.payloadRetention());
    return times.senderTimes() == null ? options : options.withTimes(times.senderTimes());
  }
}
