package dev.posthorn.server.api.message;

import dev.posthorn.internal.rules.ChannelRules;
import dev.posthorn.internal.rules.MessageRules;
import dev.posthorn.internal.rules.NameRules;
import dev.posthorn.internal.rules.NumberRange;
import dev.posthorn.internal.rules.Rule;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Fields;
import dev.posthorn.server.http.Times;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/**
 * A message as a client sends it. The body is parsed once, as a stream, which also checks that the
 * payload is JSON; the payload's bytes stay unchanged.
 */
public final class MessageInput {
  private static final String JSON_TYPE = "application/json";

  @Nullable String eventType;
  @Nullable String eventId;
  List<String> channels = List.of();
  List<String> tags = List.of();
  @Nullable Instant deliverAt;
  public byte @Nullable [] payload;
  public String contentType = JSON_TYPE;
  @Nullable Fields application;

  private final byte[] body;
  private byte @Nullable [] rawPayload;
  private long payloadDays;
  private long payloadHours;

  private MessageInput(byte[] body) {
    this.body = body;
  }

  /** Reads a message; throws 422 with the location of a problem. */
  public static MessageInput read(byte[] body) {
    MessageInput input = new MessageInput(body);
    try (JsonParser json = Json.FACTORY.createParser(ObjectReadContext.empty(), body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw ApiError.invalid(List.of("body"), "must be a JSON object");
      }
      for (String name; (name = json.nextName()) != null; ) {
        json.nextToken();
        input.field(name, json);
      }
      if (json.nextToken() != null) {
        throw ApiError.invalid(List.of("body"), "has content after the JSON object");
      }
    } catch (JacksonException e) {
      throw ApiError.notJson(e);
    }
    input.requireAll();
    return input;
  }

  /** Returns the time before which the message must not be delivered, in milliseconds, or 0. */
  long deliverAt() {
    return deliverAt == null ? 0 : deliverAt.toEpochMilli();
  }

  /** Returns how long to keep the payload, in milliseconds, or 0 for as long as the message. */
  long payloadMillis() {
    return TimeUnit.DAYS.toMillis(payloadDays) + TimeUnit.HOURS.toMillis(payloadHours);
  }

  private void field(String name, JsonParser json) {
    switch (name) {
      case "eventType" -> eventType = name(name, text(name, json));
      case "eventId" -> eventId = name(name, text(name, json));
      case "channels" -> channels = channels(name, json);
      case "tags" -> tags = list(name, json, MessageRules::tagsProblem);
      case "deliverAt" -> deliverAt = time(name, text(name, json));
      case "payload" -> payload = json.currentToken() == JsonToken.VALUE_NULL ? null : value(json);
      case "application" ->
          application =
              json.currentToken() == JsonToken.VALUE_NULL
                  ? null
                  : Fields.of(value(json)).within("application");
      case "transformationsParams" -> raw(json);
      case "payloadRetentionPeriod" -> payloadDays = between(name, json, MessageRules.PAYLOAD_DAYS);
      case "payloadRetentionHours" ->
          payloadHours = between(name, json, MessageRules.PAYLOAD_HOURS);
      default -> json.skipChildren();
    }
  }

  /** Returns the bytes of the value at the parser's position, and moves to its end. */
  private byte[] value(JsonParser json) {
    int start = Math.toIntExact(json.currentTokenLocation().getByteOffset());
    if (json.currentToken().isStructStart()) {
      json.skipChildren();
    } else {
      json.finishToken();
    }
    return Arrays.copyOfRange(body, start, Math.toIntExact(json.currentLocation().getByteOffset()));
  }

  private static @Nullable String text(String name, JsonParser json) {
    return switch (json.currentToken()) {
      case VALUE_STRING -> json.getString();
      case VALUE_NULL -> null;
      default -> throw invalid(name, "must be a string");
    };
  }

  private static @Nullable String name(String name, @Nullable String text) {
    if (text != null) {
      require(name, NameRules.NAME.problem(text));
    }
    return text;
  }

  private static @Nullable Instant time(String name, @Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      Instant time = Times.parse(text);
      require(name, MessageRules.timeProblem(time));
      return time;
    } catch (DateTimeException e) {
      throw invalid(name, Fields.NO_TIME);
    }
  }

  private static List<String> channels(String name, JsonParser json) {
    boolean none = json.currentToken() == JsonToken.VALUE_NULL;
    List<String> channels = list(name, json, ChannelRules::problem);
    if (channels.isEmpty() && !none) {
      throw invalid(name, Fields.NAMES_NOTHING);
    }
    return channels;
  }

  private static List<String> list(String name, JsonParser json, Rule<List<String>> rule) {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return List.of();
    }
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw invalid(name, "must be a list of strings");
    }
    Set<String> values = new LinkedHashSet<>(4);
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.VALUE_STRING) {
        throw invalid(name, "must be a list of strings");
      }
      values.add(json.getString());
    }
    List<String> list = List.copyOf(values);
    require(name, rule.problem(list));
    return list;
  }

  /** Returns a whole number in a range, or 0 for null. */
  private static long between(String name, JsonParser json, NumberRange range) {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return 0;
    }
    if (json.currentToken() != JsonToken.VALUE_NUMBER_INT || !range.contains(json.getLongValue())) {
      throw invalid(name, "must be " + range.allowed());
    }
    return json.getLongValue();
  }

  /**
   * Reads {@code rawPayload} and its content type, with which the SDKs send payloads that are not
   * JSON. Other parameters of transformations are ignored.
   */
  private void raw(JsonParser json) {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    Fields params = Fields.of(value(json)).within("transformationsParams");
    String raw = params.textOrNull("rawPayload");
    if (raw == null) {
      return;
    }
    rawPayload = raw.getBytes(StandardCharsets.UTF_8);
    Fields headers = params.fieldsOrNull("headers");
    String type = headers == null ? null : headers.textOrNull("content-type");
    if (type != null) {
      contentType = mediaType(type);
    }
  }

  /** Checks a media type and returns its normal form. */
  static String mediaType(String type) {
    require("contentType", MessageRules.MEDIA_TYPE.problem(type));
    return type.toLowerCase(Locale.ROOT).equals(JSON_TYPE) ? JSON_TYPE : type;
  }

  private void requireAll() {
    if (eventType == null) {
      throw invalid("eventType", "is required");
    }
    if (rawPayload != null) {
      if (contentType.equals(JSON_TYPE) && !isJson(rawPayload)) {
        throw ApiError.invalid(
            List.of("body", "transformationsParams", "rawPayload"),
            "is not JSON; state its type in headers, such as {\"content-type\": \"text/plain\"}");
      }
      payload = rawPayload;
    }
    if (payload == null) {
      throw invalid("payload", "is required");
    }
    if (payloadDays != 0 && payloadHours != 0) {
      throw invalid(
          "payloadRetentionHours",
          "cannot be combined with payloadRetentionPeriod; send one of them");
    }
  }

  private static boolean isJson(byte[] text) {
    try (JsonParser json = Json.FACTORY.createParser(ObjectReadContext.empty(), text)) {
      if (json.nextToken() == null) {
        return false;
      }
      json.skipChildren();
      return json.nextToken() == null;
    } catch (JacksonException e) {
      return false;
    }
  }

  private static void require(String name, @Nullable String problem) {
    if (problem != null) {
      throw invalid(name, problem);
    }
  }

  private static ApiError invalid(String name, String problem) {
    return ApiError.invalid(List.of("body", name), problem);
  }
}
