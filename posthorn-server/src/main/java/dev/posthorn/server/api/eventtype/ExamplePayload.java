package dev.posthorn.server.api.eventtype;

import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.http.Fields;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Creates an example for a JSON Schema: one from the schema ({@code examples}, {@code example}),
 * otherwise one generated from its properties. A generated example is plausible but not always
 * valid, because patterns and conditions are ignored.
 */
final class ExamplePayload {
  private static final int MOST_NODES = 5_000;
  private static final int DEEPEST = 10;

  /** Maximum length of a reference to follow, because the same one may be followed many times. */
  private static final int MOST_REFERENCE = 1_000;

  /** Approximate maximum size of a generated example in characters. */
  private static final long MOST_CHARACTERS = 128 * 1024;

  /** Size of a value besides its characters: quotes and a comma. */
  private static final int VALUE = 4;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final JsonNode root;
  private int nodes;
  private long characters;

  private ExamplePayload(JsonNode root) {
    this.root = root;
  }

  /**
   * Returns an example for a schema.
   *
   * @param schema the schema, or null if there is none
   * @param index the index of the schema's example
   * @param fields the request, to report an invalid index
   */
  static JsonNode of(@Nullable JsonNode schema, int index, Fields fields) {
    int count = examples(schema);
    if (schema != null && index >= Math.max(1, count)) {
      throw fields.invalid(
          "exampleIndex", "is " + index + ", but the schema has " + count + " examples");
    }
    return at(schema, index);
  }

  /** Returns the first example for a schema, or for none. */
  static JsonNode first(@Nullable JsonNode schema) {
    return at(schema, 0);
  }

  private static int examples(@Nullable JsonNode schema) {
    JsonNode examples = schema == null ? null : schema.get("examples");
    return examples != null && examples.isArray() ? examples.size() : 0;
  }

  private static JsonNode at(@Nullable JsonNode schema, int index) {
    if (schema == null) {
      ObjectNode example = NODES.objectNode();
      example.put("example", true);
      return example;
    }
    return examples(schema) > 0
        ? schema.get("examples").get(index)
        : new ExamplePayload(schema).made(schema, 0);
  }

  /** Returns an event type's schema, the newest of several, or null. */
  static @Nullable JsonNode schema(@Nullable String schemas) {
    if (schemas == null) {
      return null;
    }
    JsonNode all = Json.read(schemas);
    JsonNode newest = null;
    int highest = -1;
    for (Map.Entry<String, JsonNode> schema : all.properties()) {
      if (JsonSchemas.isVersion(schema.getKey()) && Integer.parseInt(schema.getKey()) > highest) {
        highest = Integer.parseInt(schema.getKey());
        newest = schema.getValue();
      }
    }
    JsonNode schema = newest == null ? all : newest;
    return schema.isObject() && !schema.isEmpty() ? schema : null;
  }

  private JsonNode made(JsonNode schema, int depth) {
    if (depth > DEEPEST || ++nodes > MOST_NODES || characters > MOST_CHARACTERS) {
      return NODES.nullNode();
    }
    JsonNode given = given(schema);
    if (given != null) {
      return counted(given);
    }
    String ref = schema.path("$ref").asString("");
    if (ref.length() <= MOST_REFERENCE && (ref.equals("#") || ref.startsWith("#/"))) {
      return made(root.at(ref.substring(1)), depth + 1);
    }
    for (String choice : new String[] {"oneOf", "anyOf"}) {
      if (schema.path(choice).has(0)) {
        return made(schema.path(choice).get(0), depth + 1);
      }
    }
    return made(schema, type(schema), depth);
  }

  /** Returns a value of the schema, or JSON null if the size limit is reached. */
  private JsonNode counted(JsonNode value) {
    count(value);
    return characters > MOST_CHARACTERS ? NODES.nullNode() : value;
  }

  /** Adds the size of a value, up to the limit, because the same value may be used many times. */
  private void count(JsonNode value) {
    characters += VALUE;
    if (value.isContainer()) {
      for (Map.Entry<String, JsonNode> property : value.properties()) {
        characters += property.getKey().length();
      }
      for (JsonNode child : value) {
        if (characters > MOST_CHARACTERS) {
          return;
        }
        count(child);
      }
    } else {
      characters += value.isString() ? value.stringValue().length() : value.asString("").length();
    }
  }

  /** Returns a value that the schema specifies, or null. */
  private static @Nullable JsonNode given(JsonNode schema) {
    for (String name : new String[] {"example", "const", "default"}) {
      if (schema.has(name)) {
        return schema.get(name);
      }
    }
    for (String name : new String[] {"examples", "enum"}) {
      JsonNode values = schema.get(name);
      if (values != null && values.isArray() && !values.isEmpty()) {
        return values.get(0);
      }
    }
    return null;
  }

  private static String type(JsonNode schema) {
    JsonNode type = schema.path("type");
    if (type.isArray()) {
      for (JsonNode one : type) {
        if (!one.asString("").equals("null")) {
          return one.asString("");
        }
      }
    }
    if (type.isString()) {
      return type.asString();
    }
    if (schema.has("properties") || schema.has("allOf")) {
      return "object";
    }
    return schema.has("items") ? "array" : "string";
  }

  private JsonNode made(JsonNode schema, String type, int depth) {
    return switch (type) {
      case "object" -> object(schema, depth);
      case "array" -> {
        ArrayNode array = NODES.arrayNode();
        if (schema.has("items")) {
          array.add(made(schema.path("items"), depth + 1));
        }
        yield array;
      }
      case "integer", "number" ->
          counted(schema.has("minimum") ? schema.get("minimum") : NODES.numberNode(1));
      case "boolean" -> counted(NODES.booleanNode(true));
      case "null" -> counted(NODES.nullNode());
      default -> counted(NODES.stringNode(text(schema.path("format").asString(""))));
    };
  }

  private JsonNode object(JsonNode schema, int depth) {
    ObjectNode object = NODES.objectNode();
    for (JsonNode part : schema.path("allOf")) {
      if (made(part, depth + 1) instanceof ObjectNode some) {
        object.setAll(some);
      }
    }
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      if (characters > MOST_CHARACTERS) {
        break;
      }
      characters += property.getKey().length();
      object.set(property.getKey(), made(property.getValue(), depth + 1));
    }
    return object;
  }

  private static String text(String format) {
    return switch (format) {
      case "date-time" -> "2026-01-31T12:00:00Z";
      case "date" -> "2026-01-31";
      case "time" -> "12:00:00Z";
      case "email" -> "user@example.com";
      case "uri", "url" -> "https://example.com/";
      case "hostname" -> "example.com";
      case "ipv4" -> "192.0.2.1";
      case "ipv6" -> "2001:db8::1";
      case "uuid" -> "123e4567-e89b-12d3-a456-426614174000";
      default -> "string";
    };
  }
}
