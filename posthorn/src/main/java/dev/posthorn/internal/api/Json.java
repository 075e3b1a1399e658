package dev.posthorn.internal.api;

import dev.posthorn.PosthornException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Checks and reads JSON text. */
public final class Json {
  static final String REMEDY =
      "give one JSON value, or give a payload of another kind with its media type: NewMessage.of(type, bytes, contentType)";

  private static final JsonFactory JSON = new JsonFactory();

  private Json() {}

  /** Returns bytes that are one JSON value; throws if they are not. Nothing is built from them. */
  public static byte[] require(String field, byte[] text) {
    String problem = problem(text);
    if (problem != null) {
      throw PosthornException.invalid(field, problem + "; " + REMEDY);
    }
    return text;
  }

  /** Returns why bytes are not one JSON value, or null if they are. */
  static @Nullable String problem(byte[] text) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
      int values = 0;
      while (parser.nextToken() != null) {
        if (parser.streamReadContext().inRoot() && !parser.currentToken().isStructStart()) {
          values++;
        }
      }
      return values == 1 ? null : "must be one JSON value, but holds " + values;
    } catch (JacksonException e) {
      return "is not JSON (" + e.getOriginalMessage() + ")";
    }
  }

  /** Returns one member of an object exactly as it is written there, or null if it has none. */
  static @Nullable String member(String object, String name) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), object)) {
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
}
