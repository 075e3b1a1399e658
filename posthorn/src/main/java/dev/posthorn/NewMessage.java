package dev.posthorn;

import dev.posthorn.error.PosthornException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message to be sent: an event type and a payload, and what else is wanted.
 *
 * <p>A payload is an object, which becomes JSON; a string or bytes that are JSON and are sent as
 * they are; or, with a media type, bytes of any kind.
 */
public final class NewMessage {
  private static final String JSON_TYPE = "application/json";
  private static final int LONGEST_EVENT_ID = 256;

  final String type;
  final byte[] body;
  final String contentType;
  List<String> channels = List.of();
  @Nullable String eventId;
  @Nullable Instant deliverAt;
  @Nullable Instant expiresAt;

  private NewMessage(String type, byte[] body, String contentType) {
    this.type = Checks.name("type", type);
    this.body = body;
    this.contentType = contentType;
  }

  /**
   * Returns a message whose payload is JSON.
   *
   * @param payload a string or bytes in UTF-8 that are JSON, or an object that Jackson can write
   * @throws PosthornException if it is not, or cannot be written as, JSON
   */
  public static NewMessage of(String type, Object payload) {
    byte[] body =
        switch (payload) {
          case String text -> Json.require("payload", text.getBytes(StandardCharsets.UTF_8));
          case byte[] bytes -> Json.require("payload", bytes);
          default -> Json.write("payload", payload);
        };
    return new NewMessage(type, body, JSON_TYPE);
  }

  /**
   * Returns a message whose payload is sent as it is. The bytes must not be modified afterwards.
   */
  public static NewMessage ofBytes(String type, byte[] payload, String contentType) {
    if (contentType.isBlank() || contentType.chars().anyMatch(c -> c < ' ' || c > '~')) {
      throw PosthornException.invalid("contentType", "must be a media type, like text/plain");
    }
    return new NewMessage(type, payload, contentType);
  }

  /** Sets its channels. */
  public NewMessage channels(String... names) {
    this.channels = List.of(names);
    channels.forEach(name -> Checks.name("channels", name));
    return this;
  }

  /** Sets your own id for the event: the same one is accepted once within 12 hours. */
  public NewMessage eventId(String id) {
    if (id.isBlank() || id.length() > LONGEST_EVENT_ID) {
      throw PosthornException.invalid("eventId", "must have 1 to 256 characters");
    }
    this.eventId = id;
    return this;
  }

  /** Sets a time before which it is not delivered, at most a year from now. */
  public NewMessage deliverAt(Instant time) {
    this.deliverAt = Checks.time("deliverAt", time);
    return this;
  }

  /** Sets a time after which it is not attempted any more. */
  public NewMessage expiresAt(Instant time) {
    this.expiresAt = Checks.time("expiresAt", time);
    return this;
  }
}
