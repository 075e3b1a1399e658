package dev.posthorn;

import dev.posthorn.error.PosthornException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes and checks JSON. */
final class Json {
  private static final String REMEDY =
      "give one JSON value, or for a payload of another kind use NewMessage.ofBytes";

  /** An object that no property is found of is a mistake, not an empty event. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.FAIL_ON_EMPTY_BEANS).build();

  private Json() {}

  /** Returns an object as JSON. */
  static byte[] write(String field, Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JacksonException e) {
      throw notJson(field, e);
    }
  }

  /** Returns bytes that are one JSON value; throws if they are not. Nothing is built from them. */
  static byte[] require(String field, byte[] text) {
    try (JsonParser parser = MAPPER.createParser(text)) {
      int values = 0;
      while (parser.nextToken() != null) {
        if (parser.streamReadContext().inRoot() && !parser.currentToken().isStructStart()) {
          values++;
        }
      }
      if (values != 1) {
        throw PosthornException.invalid(
            field, "must be one JSON value, but holds " + values + "; " + REMEDY);
      }
      return text;
    } catch (JacksonException e) {
      throw notJson(field, e);
    }
  }

  /** Returns one member of an object exactly as it is written there, or null if it has none. */
  static @Nullable String member(String object, String name) {
    try (JsonParser parser = MAPPER.createParser(object)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean wanted = parser.currentName().equals(name);
        parser.nextToken();
        int start = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        parser.finishToken();
        if (wanted) {
          return object.substring(start, (int) parser.currentLocation().getCharOffset()).strip();
        }
      }
      return null;
    }
  }

  private static PosthornException notJson(String field, JacksonException e) {
    return PosthornException.invalid(
        field, "is not JSON (" + e.getOriginalMessage() + "); " + REMEDY);
  }
}
