package dev.posthorn.server.api.common;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes values into JSON objects. */
public final class Json {
  /** Parses bodies as streams. */
  public static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(TokenStreamFactory.Feature.CHARSET_DETECTION) // UTF-8: RFC 8259, section 8.1
          .recyclerPool(JsonRecyclerPools.threadLocalPool())
          .build();

  /** Parses JSON without changing numbers. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private Json() {}

  /** Parses JSON that is known to be valid. */
  public static JsonNode read(String json) {
    return MAPPER.readTree(json);
  }

  /** Writes a value that is already JSON, or null. */
  public static void raw(JsonGenerator json, String name, @Nullable String value) {
    if (value == null) {
      json.writeNullProperty(name);
    } else {
      json.writeName(name);
      json.writeRawValue(value);
    }
  }

  /** Writes a string, or null. */
  public static void text(JsonGenerator json, String name, @Nullable String value) {
    if (value == null) {
      json.writeNullProperty(name);
    } else {
      json.writeStringProperty(name, value);
    }
  }

  /** Writes a time given in milliseconds (RFC 3339, UTC). */
  public static void time(JsonGenerator json, String name, long millis) {
    json.writeStringProperty(name, Instant.ofEpochMilli(millis).toString());
  }

  /** Writes a time, or null for 0. */
  public static void timeOrNull(JsonGenerator json, String name, long millis) {
    if (millis == 0) {
      json.writeNullProperty(name);
    } else {
      time(json, name, millis);
    }
  }

  /** Writes a number, or null for 0. */
  public static void positiveOrNull(JsonGenerator json, String name, int number) {
    if (number == 0) {
      json.writeNullProperty(name);
    } else {
      json.writeNumberProperty(name, number);
    }
  }

  /** Writes a list of strings. */
  public static void list(JsonGenerator json, String name, Collection<String> values) {
    json.writeArrayPropertyStart(name);
    values.forEach(json::writeString);
    json.writeEndArray();
  }

  /** Writes a list of strings, or null if it is empty. */
  public static void listOrNull(JsonGenerator json, String name, List<String> values) {
    if (values.isEmpty()) {
      json.writeNullProperty(name);
    } else {
      list(json, name, values);
    }
  }

  /** Writes a map of strings. */
  public static void map(JsonGenerator json, String name, Map<String, String> values) {
    json.writeObjectPropertyStart(name);
    values.forEach(json::writeStringProperty);
    json.writeEndObject();
  }
}
