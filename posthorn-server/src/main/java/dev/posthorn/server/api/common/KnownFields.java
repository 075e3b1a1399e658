package dev.posthorn.server.api.common;

import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Operation;
import dev.posthorn.server.http.Operation.Blocking;
import dev.posthorn.server.http.Operation.NonBlocking;
import dev.posthorn.server.http.Operation.Streaming;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;

/**
 * Checks the fields of request bodies against the schemas of the OpenAPI document. Normally,
 * unknown fields are ignored, so that newer clients work; a strict server refuses them, because
 * {@code eventID} is more likely a mistake than a new field.
 *
 * <p>Bodies are parsed as streams, which takes no memory.
 */
public final class KnownFields {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(TokenStreamFactory.Feature.CHARSET_DETECTION) // UTF-8: RFC 8259, section 8.1
          .build();
  private static final String REF = "#/components/schemas/";
  private static final int MOST_TOLD = 10;
  private static final int MOST_SHOWN = 100;

  private final JsonNode schemas;

  /**
   * Reads the schemas.
   *
   * @param document the OpenAPI document
   */
  public KnownFields(JsonNode document) {
    this.schemas = document.at("/components/schemas");
  }

  /**
   * The allowed fields of a value.
   *
   * @param fields the shapes of an object's fields by name; empty if any field is allowed
   * @param each the shape of list items or of values under any other name, or null
   */
  private record Shape(Map<String, Shape> fields, @Nullable Shape each) {
    boolean isFree() {
      return fields.isEmpty() && each == null;
    }

    /** Returns the shape of a field, or null if the field is unknown. */
    @Nullable Shape field(String name) {
      Shape field = fields.get(name);
      return field != null || !fields.isEmpty() ? field : each;
    }
  }

  // ---- operations ----------------------------------------------------------------------------

  /** Returns an operation that refuses bodies with unknown fields. */
  public Operation strict(Operation operation) {
    Operation.BodySchema takes = operation.docs().accepts();
    if (takes == null) {
      return operation;
    }
    Shape shape = shape(schemas.path(takes.schema()));
    return operation.withAction(
        switch (operation.action()) {
          case Streaming streaming -> streaming; // has no body
          case Blocking waiting ->
              new Blocking(
                  call -> {
                    check(call.body(), shape);
                    return waiting.handler().handle(call);
                  });
          case NonBlocking direct ->
              new NonBlocking(
                  (call, answer) -> {
                    check(call.body(), shape);
                    direct.handler().handle(call, answer);
                  });
        });
  }

  // ---- schemas -------------------------------------------------------------------------------

  private Shape shape(JsonNode schema) {
    Map<String, Shape> fields = new LinkedHashMap<>();
    return new Shape(fields, collect(schema, fields));
  }

  /** Adds the fields of a schema; returns the shape of all other values, or null. */
  private @Nullable Shape collect(JsonNode schema, Map<String, Shape> fields) {
    Shape each = null;
    if (schema.has("$ref")) {
      each = collect(schemas.path(schema.get("$ref").asString().substring(REF.length())), fields);
    }
    for (String parts : List.of("allOf", "anyOf", "oneOf")) {
      for (JsonNode part : schema.path(parts)) {
        Shape found = collect(part, fields);
        each = found == null ? each : found;
      }
    }
    schema
        .path("properties")
        .properties()
        .forEach(property -> fields.put(property.getKey(), shape(property.getValue())));
    for (String values : List.of("items", "additionalProperties")) {
      if (schema.path(values).isObject()) {
        each = shape(schema.get(values));
      }
    }
    return each;
  }

  // ---- bodies --------------------------------------------------------------------------------

  private static void check(byte[] body, Shape shape) {
    List<ApiError.Item> unknown = new ArrayList<>();
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
      if (json.nextToken() != null) {
        value(json, shape, new ArrayDeque<>(List.of("body")), unknown);
      }
    } catch (JacksonException e) {
      return; // the operation reports what is wrong with it
    }
    if (!unknown.isEmpty()) {
      throw ApiError.invalid(unknown);
    }
  }

  /** Checks the value at the parser's position, and moves to its end. */
  private static void value(
      JsonParser json, Shape shape, Deque<String> place, List<ApiError.Item> unknown) {
    if (shape.isFree()) {
      json.skipChildren();
    } else if (json.currentToken() == JsonToken.START_OBJECT) {
      for (String name; (name = json.nextName()) != null; ) {
        json.nextToken();
        Shape field = shape.field(name);
        if (field == null) {
          json.skipChildren();
          note(name, shape, place, unknown);
        } else {
          inner(json, name, field, place, unknown);
        }
      }
    } else if (json.currentToken() == JsonToken.START_ARRAY) {
      Shape each = shape.each;
      for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
        if (each == null) {
          json.skipChildren();
        } else {
          inner(json, Integer.toString(i), each, place, unknown);
        }
      }
    }
  }

  private static void inner(
      JsonParser json, String name, Shape shape, Deque<String> place, List<ApiError.Item> unknown) {
    place.addLast(name);
    value(json, shape, place, unknown);
    place.removeLast();
  }

  private static void note(
      String name, Shape shape, Deque<String> place, List<ApiError.Item> unknown) {
    if (unknown.size() == MOST_TOLD) {
      return;
    }
    List<String> where = new ArrayList<>(place);
    where.add(shown(name));
    unknown.add(new ApiError.Item(where, problem(name, shape), "value_error"));
  }

  /** Returns the start of a name without unpaired surrogates, which no answer can represent. */
  private static String shown(String name) {
    String start = name.length() <= MOST_SHOWN ? name : name.substring(0, MOST_SHOWN);
    return new String(start.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  private static String problem(String name, Shape shape) {
    for (String known : shape.fields.keySet()) {
      if (plain(known).equals(plain(name))) {
        return "is not a known field; did you mean " + known + "?";
      }
    }
    return "is not a known field; the known fields are " + String.join(", ", shape.fields.keySet());
  }

  /** Returns a name without case and separators. */
  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
  }
}
