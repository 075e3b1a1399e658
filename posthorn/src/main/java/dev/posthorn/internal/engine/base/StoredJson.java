package dev.posthorn.internal.engine.base;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * An object of the JSON that the engine keeps for itself. It needs nothing but Jackson's core: what
 * a program brings of the rest may be of another version.
 */
public final class StoredJson {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  /** Strings, longs, objects and lists of them. */
  private final Map<String, Object> members;

  private StoredJson(Map<String, Object> members) {
    this.members = members;
  }

  /** Returns the text of an object, which is written between the two braces. */
  public static String write(Consumer<JsonGenerator> content) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      content.accept(json);
      json.writeEndObject();
    }
    return text.toString();
  }

  /** Writes a member that may be null. */
  public static void write(JsonGenerator json, String name, @Nullable String text) {
    if (text == null) {
      json.writeNullProperty(name);
    } else {
      json.writeStringProperty(name, text);
    }
  }

  /** Writes a list of texts. */
  public static void write(JsonGenerator json, String name, List<String> texts) {
    json.writeArrayPropertyStart(name);
    texts.forEach(json::writeString);
    json.writeEndArray();
  }

  /** Reads an object. */
  public static StoredJson read(String text) {
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
      json.nextToken();
      return object(json);
    }
  }

  private static StoredJson object(JsonParser json) {
    Map<String, Object> members = new HashMap<>();
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      Object value = value(json, json.nextToken());
      if (value != null) {
        members.put(name, value);
      }
    }
    return new StoredJson(members);
  }

  /** Reads a value; null for what is not written here, but may be by a newer version. */
  private static @Nullable Object value(JsonParser json, JsonToken first) {
    return switch (first) {
      case START_OBJECT -> object(json);
      case START_ARRAY -> list(json);
      case VALUE_STRING -> json.getString();
      case VALUE_NUMBER_INT -> json.getLongValue();
      default -> null;
    };
  }

  private static List<Object> list(JsonParser json) {
    List<Object> values = new ArrayList<>();
    for (JsonToken next; (next = json.nextToken()) != JsonToken.END_ARRAY; ) {
      Object value = value(json, next);
      if (value != null) {
        values.add(value);
      }
    }
    return values;
  }

  /** Returns a number, or 0 if there is none. */
  public long number(String name) {
    return members.get(name) instanceof Long number ? number : 0;
  }

  public @Nullable Integer integer(String name) {
    return members.get(name) instanceof Long number ? Math.toIntExact(number) : null;
  }

  public @Nullable String text(String name) {
    return members.get(name) instanceof String text ? text : null;
  }

  /** Returns a text that must be there. */
  String requireText(String name) {
    return Objects.requireNonNull(text(name), name);
  }

  public @Nullable StoredJson object(String name) {
    return members.get(name) instanceof StoredJson object ? object : null;
  }

  /** Returns the texts of a list; none if there is no list. */
  public List<String> texts(String name) {
    return members.get(name) instanceof List<?> list
        ? list.stream().map(String.class::cast).toList()
        : List.of();
  }

  /** Returns the objects of a list, or null if there is none. */
  public @Nullable List<StoredJson> objects(String name) {
    return members.get(name) instanceof List<?> list
        ? list.stream().map(StoredJson.class::cast).toList()
        : null;
  }
}
