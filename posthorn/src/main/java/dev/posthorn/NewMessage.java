package dev.posthorn;

import dev.posthorn.error.PosthornException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.json.JsonMapper;

/**
 * A message to be sent: an event type and a payload, and what else is wanted.
 *
 * <p>A payload is an object, which becomes JSON; a string, which must be JSON; or bytes, which are
 * sent as they are, with a media type.
 */
public final class NewMessage {
  private static final JsonMapper JSON = JsonMapper.shared();
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
   * @param payload a string that is JSON, or an object that Jackson can write
   * @throws PosthornException if it is not, or cannot be written as, JSON
   */
  public static NewMessage of(String type, Object payload) {
    try {
      if (payload instanceof String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        requireJson(body);
        return new NewMessage(type, body, JSON_TYPE);
      }
      return new NewMessage(type, JSON.writeValueAsBytes(payload), JSON_TYPE);
    } catch (JacksonException e) {
      throw PosthornException.invalid(
          "payload", "is not JSON (" + e.getOriginalMessage() + "); send bytes for anything else");
    }
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

  private static void requireJson(byte[] body) {
    try (JsonParser parser = JSON.createParser(body)) {
      int values = 0;
      while (parser.nextToken() != null) {
        if (parser.streamReadContext().inRoot() && !parser.currentToken().isStructStart()) {
          values++;
        }
      }
      if (values != 1) {
        throw PosthornException.invalid(
            "payload",
            "must be one JSON value, but holds " + values + "; send bytes for anything else");
      }
    }
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

  /** Sets a time before which it is not delivered. */
  public NewMessage deliverAt(Instant time) {
    this.deliverAt = time;
    return this;
  }

  /** Sets a time after which it is not attempted any more. */
  public NewMessage expiresAt(Instant time) {
    this.expiresAt = time;
    return this;
  }
}
