package dev.posthorn;

import dev.posthorn.internal.api.Checks;
import dev.posthorn.internal.api.Json;
import dev.posthorn.internal.api.Payloads;
import dev.posthorn.internal.api.Shown;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.rules.MessageRules;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message to be sent: an event type and a payload, and what else is wanted.
 *
 * <p>A payload is an object, which becomes JSON when the message is sent; a string or bytes that
 * are JSON and are sent as they are; or, with a media type, bytes of any kind.
 */
public final class NewMessage {
  private static final String JSON_TYPE = "application/json";

  private final String type;
  private final Object payload;

  /** The bytes of the payload, or null if it is an object. */
  private final byte @Nullable [] body;

  private final String contentType;
  private List<String> channels = List.of();
  private @Nullable String eventId;
  private @Nullable Instant deliverAt;
  private @Nullable Duration deliverIn;
  private @Nullable Instant expiresAt;
  private @Nullable Duration expiresIn;

  private NewMessage(String type, Object payload, byte @Nullable [] body, String contentType) {
    this.type = Checks.name("type", type);
    this.payload = payload;
    this.body = body;
    this.contentType = contentType;
  }

  /**
   * Returns a message whose payload is JSON.
   *
   * <p>An object is written when the message is sent, by the mapper of {@link PosthornOptions#json}
   * or else by Jackson 3; a message whose object cannot be written is refused then. Without a
   * mapper of your own, trees of other libraries (Jackson 2, Gson, JSON-P, org.json) are taken as
   * the JSON that they are, and objects with annotations of Jackson 2's databind, Gson or JSON-B
   * are refused, since Jackson 3 would not heed them; both at any depth.
   *
   * @param payload a string or bytes in UTF-8 that are JSON, or an object
   * @throws PosthornException if it is a string or bytes that are not JSON
   */
  public static NewMessage of(String type, Object payload) {
    byte[] body =
        switch (Checks.present("payload", payload)) {
          case String text -> Json.require("payload", text.getBytes(StandardCharsets.UTF_8));
          case byte[] bytes -> Json.require("payload", bytes);
          default -> null;
        };
    return new NewMessage(type, payload, body, JSON_TYPE);
  }

  /**
   * Returns a message whose payload is sent as it is. The bytes must not be modified afterwards.
   */
  public static NewMessage ofBytes(String type, byte[] payload, String contentType) {
    Checks.mediaType(contentType);
    Checks.present("payload", payload);
    return new NewMessage(type, payload, payload, contentType);
  }

  /** Sets its channels. */
  public NewMessage channels(String... names) {
    this.channels = Checks.channels(names);
    return this;
  }

  /**
   * Sets your own id for the event: the same one is accepted once within 12 hours.
   *
   * @param id 1 to 256 letters, digits or {@code - _ .}, but not {@code .} or {@code ..} alone
   */
  public NewMessage eventId(String id) {
    this.eventId = Checks.name("eventId", id);
    return this;
  }

  /** Sets a time before which it is not delivered; until the year 2100. */
  public NewMessage deliverAt(Instant time) {
    this.deliverAt = Checks.time("deliverAt", time);
    this.deliverIn = null;
    return this;
  }

  /** Sets how long it is not delivered, from when it is sent: until the year 2100. */
  public NewMessage deliverIn(Duration wait) {
    this.deliverIn = Checks.within("deliverIn", wait, MessageRules.DELAY);
    this.deliverAt = null;
    return this;
  }

  /**
   * Sets a time after which it is not attempted any more: what has not succeeded by then has
   * failed.
   */
  public NewMessage expiresAt(Instant time) {
    this.expiresAt = Checks.time("expiresAt", time);
    this.expiresIn = null;
    return this;
  }

  /**
   * Sets after how long, from when it is sent, it is not attempted any more: at least 1 ms; see
   * {@link #expiresAt}.
   */
  public NewMessage expiresIn(Duration time) {
    this.expiresIn = Checks.within("expiresIn", time, MessageRules.LIFETIME);
    this.expiresAt = null;
    return this;
  }

  /** Returns its event type. */
  public String type() {
    return type;
  }

  /** Returns its payload as it was given: an object, a string, or bytes. */
  public Object payload() {
    return payload;
  }

  /** Returns the media type of its payload. */
  public String contentType() {
    return contentType;
  }

  /** Returns its channels. */
  public List<String> channels() {
    return channels;
  }

  /** Returns your own id for the event, or null. */
  public @Nullable String eventId() {
    return eventId;
  }

  /** Returns the time before which it is not delivered, or null. */
  public @Nullable Instant deliverAt() {
    return deliverAt;
  }

  /** Returns how long it is not delivered, from when it is sent, or null. */
  public @Nullable Duration deliverIn() {
    return deliverIn;
  }

  /** Returns the time after which it is not attempted any more, or null. */
  public @Nullable Instant expiresAt() {
    return expiresAt;
  }

  /** Returns after how long, from when it is sent, it is not attempted any more, or null. */
  public @Nullable Duration expiresIn() {
    return expiresIn;
  }

  /** Returns whether another message says the same; payloads of bytes are compared as bytes. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NewMessage that
        && Objects.deepEquals(payload, that.payload)
        && parts().equals(that.parts());
  }

  @Override
  public int hashCode() {
    int bytes = payload instanceof byte[] array ? Arrays.hashCode(array) : payload.hashCode();
    return 31 * bytes + parts().hashCode();
  }

  private List<@Nullable Object> parts() {
    return Arrays.asList(
        type, contentType, channels, eventId, deliverAt, deliverIn, expiresAt, expiresIn);
  }

  /** Returns what it says, but of its payload only how much: that is between you and others. */
  @Override
  public String toString() {
    return new Shown(NewMessage.class)
        .with("type", type)
        .with("payload", body == null ? payload.getClass().getName() : body.length + " bytes")
        .with("contentType", contentType)
        .with("channels", channels)
        .with("eventId", eventId)
        .with("deliverAt", deliverAt)
        .with("deliverIn", deliverIn)
        .with("expiresAt", expiresAt)
        .with("expiresIn", expiresIn)
        .toString();
  }

  /** Returns it as the engine takes it; throws if its times make no sense now. */
  public SendRequest acceptance(long application, Instant now, Payloads payloads) {
    Instant due = deliverIn == null ? deliverAt : now.plus(deliverIn);
    Instant end = expiresIn == null ? expiresAt : now.plus(expiresIn);
    if (due != null) {
      Checks.time(deliverIn == null ? "deliverAt" : "deliverIn", due);
    }
    if (end != null) {
      Checks.time(expiresIn == null ? "expiresAt" : "expiresIn", end);
    }
    if (end != null && !end.isAfter(now)) {
      throw PosthornException.invalid("expiresAt", "is past; give a time to come");
    }
    if (due != null && end != null && !end.isAfter(due)) {
      throw PosthornException.invalid(
          expiresIn == null ? "expiresAt" : "expiresIn", "must be after it is to be delivered");
    }
    return acceptance(
        application,
        new SendRequest.Options(eventId, millis(due), millis(end), null)
            .withTimes(
                SendRequest.Options.times(said(deliverAt, deliverIn), said(expiresAt, expiresIn))),
        payloads);
  }

  /** What counts from when it is sent is the same however often it is. */
  private static String said(@Nullable Instant at, @Nullable Duration in) {
    return in == null ? Long.toString(millis(at)) : in.toString();
  }

  /** Returns it as a test of an endpoint; throws if it says what cannot be said of one. */
  public SendRequest forTest(long application, Payloads payloads) {
    if (eventId != null) {
      throw PosthornException.invalid("eventId", "a test has none; leave it out");
    }
    if (deliverAt != null || deliverIn != null) {
      throw PosthornException.invalid("deliverAt", "a test is sent at once; leave it out");
    }
    if (expiresAt != null || expiresIn != null) {
      throw PosthornException.invalid("expiresAt", "a test is sent once; leave it out");
    }
    return acceptance(application, SendRequest.Options.NONE, payloads);
  }

  private SendRequest acceptance(long application, SendRequest.Options options, Payloads payloads) {
    byte[] bytes = body == null ? payloads.write(payload) : body;
    return new SendRequest(application, type, channels, contentType, bytes, options);
  }

  private static long millis(@Nullable Instant time) {
    return time == null ? 0 : time.toEpochMilli();
  }
}
