package dev.posthorn.internal.engine.base;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.spi.store.DedupeKey;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * A message to be sent.
 *
 * @param application the application that sends it
 * @param type its event type
 * @param channels its channels; empty for none
 * @param contentType the payload's media type
 * @param body the exact payload; must not be modified from now on
 * @param options further options
 */
public record SendRequest(
    long application,
    String type,
    List<String> channels,
    String contentType,
    byte[] body,
    Options options) {

  /** Returns the same message for another application. */
  public SendRequest to(long other) {
    return new SendRequest(other, type, channels, contentType, body, options);
  }

  /** Parses a message that {@link #json} wrote. */
  public static SendRequest of(String text) {
    StoredJson json = StoredJson.read(text);
    return new SendRequest(
        json.number("application"),
        json.requireText("type"),
        json.texts("channels"),
        json.requireText("contentType"),
        Base64.getDecoder().decode(json.requireText("body")),
        Options.of(Objects.requireNonNull(json.object("options"), "options")));
  }

  /** Returns it as JSON, without its callback: nobody waits after a restart. */
  public String json() {
    return StoredJson.write(
        json -> {
          json.writeNumberProperty("application", application);
          json.writeStringProperty("type", type);
          StoredJson.write(json, "channels", channels);
          json.writeStringProperty("contentType", contentType);
          json.writeBinaryProperty("body", body);
          json.writeObjectPropertyStart("options");
          options.write(json);
          json.writeEndObject();
        });
  }

  public void requireAtMost(int bytes) {
    if (body.length > bytes) {
      throw new PosthornException(
          Reason.TOO_LARGE,
          "payload: has " + body.length + " bytes; at most " + bytes + " are accepted");
    }
  }

  /**
   * Options of a message.
   *
   * @param eventId the sender's own id for the event: the same one within 12 hours is accepted once
   * @param deliverAt the wall time in milliseconds before which it is not delivered, or 0 for at
   *     once
   * @param expires the wall time in milliseconds after which there is no attempt, or 0
   * @param callback called when its deliveries end, or null
   * @param payloadMillis the time for which the payload is kept, in milliseconds, or 0: as long as
   *     the message. It is kept longer while a delivery waits
   * @param tags the sender's own tags to find it by; empty for none
   * @param request identifies the request, so that a repetition is accepted once; or null
   * @param times delivery time and expiry in the sender's words: relative or absolute. With other
   *     words it is another message under the same event id
   */
  public record Options(
      @Nullable String eventId,
      long deliverAt,
      long expires,
      @Nullable DeliveryCallback callback,
      long payloadMillis,
      List<String> tags,
      @Nullable RequestKey request,
      String times) {
    /** No options. */
    public static final Options NONE = new Options(null, 0, 0, null);

    /** Creates options with absolute times, and without the rest. */
    public Options(
        @Nullable String eventId,
        long deliverAt,
        long expires,
        @Nullable DeliveryCallback callback) {
      this(
          eventId,
          deliverAt,
          expires,
          callback,
          0,
          List.of(),
          null,
          times(Long.toString(deliverAt), Long.toString(expires)));
    }

    /** Returns these options with a retention of the payload in milliseconds. */
    public Options withPayloadMillis(long millis) {
      return new Options(eventId, deliverAt, expires, callback, millis, tags, request, times);
    }

    /** Returns these options with other tags. */
    public Options withTags(List<String> others) {
      return new Options(
          eventId, deliverAt, expires, callback, payloadMillis, others, request, times);
    }

    /** Returns these options with the key of a request, or null. */
    public Options withRequest(@Nullable RequestKey key) {
      return new Options(eventId, deliverAt, expires, callback, payloadMillis, tags, key, times);
    }

    /** Returns these options with times in the sender's own words. */
    public Options withTimes(String said) {
      return new Options(eventId, deliverAt, expires, callback, payloadMillis, tags, request, said);
    }

    /** Returns the words for both times. */
    public static String times(String deliver, String expire) {
      return deliver + " " + expire;
    }

    private static Options of(StoredJson json) {
      long deliverAt = json.number("deliverAt");
      long expires = json.number("expires");
      StoredJson request = json.object("request");
      String times = json.text("times");
      return new Options(
          json.text("eventId"),
          deliverAt,
          expires,
          null,
          json.number("payloadMillis"),
          json.texts("tags"),
          request == null ? null : RequestKey.of(request),
          times == null ? times(Long.toString(deliverAt), Long.toString(expires)) : times);
    }

    private void write(JsonGenerator json) {
      StoredJson.write(json, "eventId", eventId);
      json.writeNumberProperty("deliverAt", deliverAt);
      json.writeNumberProperty("expires", expires);
      json.writeNumberProperty("payloadMillis", payloadMillis);
      StoredJson.write(json, "tags", tags);
      if (request != null) {
        json.writeObjectPropertyStart("request");
        request.write(json);
        json.writeEndObject();
      }
      json.writeStringProperty("times", times);
    }
  }

  /**
   * Identity of a request.
   *
   * @param scope the scope of the key: the client and the operation
   * @param key the client's key for it
   * @param hash a hash of the whole request
   */
  public record RequestKey(String scope, String key, byte[] hash) {
    public DedupeKey dedupeKey() {
      return new DedupeKey(scope, key);
    }

    private static RequestKey of(StoredJson json) {
      return new RequestKey(
          json.requireText("scope"),
          json.requireText("key"),
          Base64.getDecoder().decode(json.requireText("hash")));
    }

    private void write(JsonGenerator json) {
      json.writeStringProperty("scope", scope);
      json.writeStringProperty("key", key);
      json.writeBinaryProperty("hash", hash);
    }
  }
}
