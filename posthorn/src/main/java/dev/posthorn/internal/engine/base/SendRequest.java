package dev.posthorn.internal.engine.base;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.spi.store.rows.DedupeKey;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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

  /** The scope of the keys under which a row of the inbox is accepted once. */
  public static final String INBOX_SCOPE = "inbox";

  /** Returns the same message for another application. */
  public SendRequest to(long other) {
    return new SendRequest(other, type, channels, contentType, body, options);
  }

  /** Returns the same message with other options. */
  public SendRequest with(Options other) {
    return new SendRequest(application, type, channels, contentType, body, other);
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

  /** Returns the description of the message, as it is stored. */
  public MessageSpec spec() {
    return new MessageSpec(
            type, channels, options.tags(), options.eventId(), contentType, options.deliverAt())
        .withPublicId(options.publicId());
  }

  public void requireAtMost(int bytes) {
    if (body.length > bytes) {
      throw new PosthornException(
          Reason.TOO_LARGE,
          "payload: has " + body.length + " bytes; at most " + bytes + " are accepted");
    }
  }

  /**
   * Returns a hash of everything that is said of the message, but its ids; none of it has control
   * characters.
   */
  public byte[] hash() {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(type.getBytes(StandardCharsets.UTF_8));
      add(sha, 0, contentType);
      channels.forEach(channel -> add(sha, 0, channel));
      options.tags().forEach(tag -> add(sha, 1, tag));
      add(sha, 2, options.times());
      add(sha, 3, Long.toString(options.payloadMillis()));
      sha.update((byte) 0);
      sha.update(body);
      return sha.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not available in this Java runtime", e);
    }
  }

  private static void add(MessageDigest sha, int kind, String text) {
    sha.update((byte) kind);
    sha.update(text.getBytes(StandardCharsets.UTF_8));
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
   * @param publicId the message's public id if its sender chose it, or null
   */
  public record Options(
      @Nullable String eventId,
      long deliverAt,
      long expires,
      @Nullable DeliveryCallback callback,
      long payloadMillis,
      List<String> tags,
      @Nullable RequestKey request,
      String times,
      @Nullable String publicId) {
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
          times(Long.toString(deliverAt), Long.toString(expires)),
          null);
    }

    /** Returns these options with a retention of the payload in milliseconds. */
    public Options withPayloadMillis(long millis) {
      return new Options(
          eventId, deliverAt, expires, callback, millis, tags, request, times, publicId);
    }

    /** Returns these options with other tags. */
    public Options withTags(List<String> others) {
      return new Options(
          eventId, deliverAt, expires, callback, payloadMillis, others, request, times, publicId);
    }

    /** Returns these options with the key of a request, or null. */
    public Options withRequest(@Nullable RequestKey key) {
      return new Options(
          eventId, deliverAt, expires, callback, payloadMillis, tags, key, times, publicId);
    }

    /** Returns these options with times in the sender's own words. */
    public Options withTimes(String said) {
      return new Options(
          eventId, deliverAt, expires, callback, payloadMillis, tags, request, said, publicId);
    }

    /** Returns these options with a public id that the sender chose. */
    public Options withPublicId(String id) {
      return new Options(
          eventId, deliverAt, expires, callback, payloadMillis, tags, request, times, id);
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
          times == null ? times(Long.toString(deliverAt), Long.toString(expires)) : times,
          json.text("publicId"));
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
      StoredJson.write(json, "publicId", publicId);
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
