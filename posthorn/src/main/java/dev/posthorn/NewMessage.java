package dev.posthorn;

import dev.posthorn.internal.api.Checks;
import dev.posthorn.internal.api.Json;
import dev.posthorn.internal.api.Shown;
import dev.posthorn.internal.rules.MessageRules;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message to be sent: an event type, a payload, and options. Immutable.
 *
 * <p>A payload is an object, which becomes JSON when the message is sent; a string or bytes that
 * are JSON and are sent as they are; or, with a media type, bytes of any kind. An invalid value
 * throws {@link PosthornException} with INVALID as soon as it is set.
 */
public final class NewMessage {
  private static final String JSON_TYPE = "application/json";

  private final Builder values;

  private NewMessage(Builder values) {
    this.values = values;
  }

  /**
   * Returns a builder for a message whose payload is JSON.
   *
   * <p>An object is written when the message is sent, by the mapper of {@link PosthornOptions#json}
   * or else by Jackson 3; a message whose object cannot be written is rejected then. Without a
   * mapper of your own, trees of other libraries (Jackson 2, Gson, JSON-P, org.json) are taken as
   * the JSON that they are, and objects with annotations of Jackson 2's databind, Gson or JSON-B
   * are rejected, since Jackson 3 would ignore them; both at any depth.
   *
   * @param payload a string or bytes in UTF-8 that are JSON, or an object. Bytes must not be
   *     modified afterwards
   * @throws PosthornException if it is a string or bytes that are not JSON
   */
  public static Builder builder(String type, Object payload) {
    switch (Checks.present("payload", payload)) {
      case String text -> Json.require("payload", text.getBytes(StandardCharsets.UTF_8));
      case byte[] bytes -> Json.require("payload", bytes);
      default -> {} // written when it is sent
    }
    return new Builder(type, payload, JSON_TYPE);
  }

  /**
   * Returns a builder for a message whose payload is sent as it is.
   *
   * @param payload bytes, which must not be modified afterwards
   * @param contentType their media type, such as {@code text/plain}
   */
  public static Builder builder(String type, byte[] payload, String contentType) {
    Checks.mediaType(contentType);
    return new Builder(type, Checks.present("payload", payload), contentType);
  }

  /**
   * Returns a message whose payload is JSON, without options; see {@link #builder(String, Object)}.
   */
  public static NewMessage of(String type, Object payload) {
    return builder(type, payload).build();
  }

  /** Returns a message without options; see {@link #builder(String, byte[], String)}. */
  public static NewMessage of(String type, byte[] payload, String contentType) {
    return builder(type, payload, contentType).build();
  }

  /** Returns a builder that starts with this message. */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /** Returns the event type. */
  public String type() {
    return values.type;
  }

  /** Returns the payload as it was given: an object, a string, or bytes. */
  public Object payload() {
    return values.payload;
  }

  /** Returns the media type of the payload. */
  public String contentType() {
    return values.contentType;
  }

  /** Returns the channels. */
  public List<String> channels() {
    return values.channels;
  }

  /** Returns your own id for the event, or null. */
  public @Nullable String eventId() {
    return values.eventId;
  }

  /** Returns the time before which the message is not delivered, or null. */
  public @Nullable Instant deliverAt() {
    return values.deliverAt;
  }

  /** Returns the delay from sending to delivery, or null. */
  public @Nullable Duration deliverIn() {
    return values.deliverIn;
  }

  /** Returns the deadline of all attempts, or null. */
  public @Nullable Instant expiresAt() {
    return values.expiresAt;
  }

  /** Returns the time from sending to the deadline of all attempts, or null. */
  public @Nullable Duration expiresIn() {
    return values.expiresIn;
  }

  /** Returns whether another message is the same; payloads of bytes are compared as bytes. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NewMessage that
        && Objects.deepEquals(payload(), that.payload())
        && values.rest().equals(that.values.rest());
  }

  @Override
  public int hashCode() {
    Object payload = payload();
    int hash = payload instanceof byte[] bytes ? Arrays.hashCode(bytes) : payload.hashCode();
    return 31 * hash + values.rest().hashCode();
  }

  /** Returns the values by name, but of the payload only its type and size. */
  @Override
  public String toString() {
    return new Shown(NewMessage.class)
        .with("type", type())
        .with("payload", payloadSize())
        .with("contentType", contentType())
        .with("channels", channels())
        .with("eventId", eventId())
        .with("deliverAt", deliverAt())
        .with("deliverIn", deliverIn())
        .with("expiresAt", expiresAt())
        .with("expiresIn", expiresIn())
        .toString();
  }

  private String payloadSize() {
    return switch (payload()) {
      case String text -> text.getBytes(StandardCharsets.UTF_8).length + " bytes";
      case byte[] bytes -> bytes.length + " bytes";
      case Object object -> object.getClass().getName();
    };
  }

  /** A builder of {@link NewMessage}. Not thread-safe. */
  public static final class Builder {
    private final String type;
    private final Object payload;
    private final String contentType;
    private List<String> channels = List.of();
    private @Nullable String eventId;
    private @Nullable Instant deliverAt;
    private @Nullable Duration deliverIn;
    private @Nullable Instant expiresAt;
    private @Nullable Duration expiresIn;

    private Builder(String type, Object payload, String contentType) {
      this.type = Checks.name("type", type);
      this.payload = payload;
      this.contentType = contentType;
    }

    private Builder(Builder from) {
      this.type = from.type;
      this.payload = from.payload;
      this.contentType = from.contentType;
      this.channels = from.channels;
      this.eventId = from.eventId;
      this.deliverAt = from.deliverAt;
      this.deliverIn = from.deliverIn;
      this.expiresAt = from.expiresAt;
      this.expiresIn = from.expiresIn;
    }

    private List<@Nullable Object> rest() {
      return Arrays.asList(
          type, contentType, channels, eventId, deliverAt, deliverIn, expiresAt, expiresIn);
    }

    /** Sets the channels. */
    public Builder channels(String... names) {
      this.channels = Checks.channels(names);
      return this;
    }

    /**
     * Sets your own id for the event: the same one is accepted once within 12 hours.
     *
     * @param id 1 to 256 letters, digits or {@code - _ .}, but not {@code .} or {@code ..} alone
     */
    public Builder eventId(String id) {
      this.eventId = Checks.name("eventId", id);
      return this;
    }

    /** Sets the time before which the message is not delivered; until the year 2100. */
    public Builder deliverAt(Instant time) {
      this.deliverAt = Checks.time("deliverAt", time);
      this.deliverIn = null;
      return this;
    }

    /** Sets the delay from sending to delivery; until the year 2100. */
    public Builder deliverIn(Duration delay) {
      this.deliverIn = Checks.within("deliverIn", delay, MessageRules.DELAY);
      this.deliverAt = null;
      return this;
    }

    /** Sets the deadline of all attempts: a delivery that has not succeeded by then has failed. */
    public Builder expiresAt(Instant time) {
      this.expiresAt = Checks.time("expiresAt", time);
      this.expiresIn = null;
      return this;
    }

    /** Sets the time from sending to the deadline of all attempts: at least 1 ms. */
    public Builder expiresIn(Duration time) {
      this.expiresIn = Checks.within("expiresIn", time, MessageRules.LIFETIME);
      this.expiresAt = null;
      return this;
    }

    /** Returns a message with the values set so far. */
    public NewMessage build() {
      return new NewMessage(new Builder(this));
    }
  }
}
