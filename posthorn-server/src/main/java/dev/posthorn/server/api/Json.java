package dev.posthorn.server.api;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Writes values into JSON objects. */
final class Json {
  private Json() {}

  /** Writes a text, or null. */
  static void text(JsonGenerator json, String name, @Nullable String value) {
    if (value == null) {
      json.writeNullProperty(name);
    } else {
      json.writeStringProperty(name, value);
    }
  }

  /** Writes a time (RFC 3339, UTC) of milliseconds. */
  static void time(JsonGenerator json, String name, long millis) {
    json.writeStringProperty(name, Instant.ofEpochMilli(millis).toString());
  }

  /** Writes a time, or null for 0. */
  static void timeOrNull(JsonGenerator json, String name, long millis) {
    if (millis == 0) {
      json.writeNullProperty(name);
    } else {
      time(json, name, millis);
    }
  }

  /** Writes a number, or null for 0. */
  static void positiveOrNull(JsonGenerator json, String name, int number) {
    if (number == 0) {
      json.writeNullProperty(name);
    } else {
      json.writeNumberProperty(name, number);
    }
  }

  /** Writes a list of texts. */
  static void list(JsonGenerator json, String name, Collection<String> values) {
    json.writeArrayPropertyStart(name);
    values.forEach(json::writeString);
    json.writeEndArray();
  }

  /** Writes a list of texts, or null if it is empty. */
  static void listOrNull(JsonGenerator json, String name, List<String> values) {
    if (values.isEmpty()) {
      json.writeNullProperty(name);
    } else {
      list(json, name, values);
    }
  }

  /** Writes a map of texts. */
  static void map(JsonGenerator json, String name, Map<String, String> values) {
    json.writeObjectPropertyStart(name);
    values.forEach(json::writeStringProperty);
    json.writeEndObject();
  }
}
