package dev.posthorn.server.api.eventtype;

import dev.posthorn.internal.rules.EventTypeRules;
import dev.posthorn.internal.rules.NameRules;
import dev.posthorn.internal.rules.Problems;
import dev.posthorn.internal.rules.Quoted;
import dev.posthorn.server.http.ApiError;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads event types from the {@code webhooks} (or, before OpenAPI 3.1, {@code x-webhooks}) of an
 * OpenAPI document. The name is a webhook's key, the schema is that of its request body, and the
 * group is its first tag. A schema includes the {@code components} that it refers to, so the result
 * can be much larger than the document and is limited.
 */
final class OpenApiWebhooks {
  private static final String SCHEMAS = "#/components/schemas/";
  private static final String DEFINITIONS = "#/$defs/";
  private static final String REF = "$ref";
  private static final int MOST_HOPS = 20;
  private static final int MOST_REFERENCE = 1_000;

  private static final List<String> METHODS = List.of("post", "put", "patch", "get", "delete");

  private final JsonNode spec;
  private long characters;

  /** Creates a reader of an OpenAPI document. */
  OpenApiWebhooks(JsonNode spec) {
    this.spec = spec;
  }

  /** Returns the event types of the document by name; throws 422 if it is invalid. */
  NavigableMap<String, EventTypeInput> read() {
    NavigableMap<String, EventTypeInput> types = new TreeMap<>();
    boolean found = false;
    for (String section : List.of("webhooks", "x-webhooks")) {
      JsonNode webhooks = spec.get(section);
      if (webhooks != null && webhooks.isObject()) {
        found = true;
        for (Map.Entry<String, JsonNode> webhook : webhooks.properties()) {
          if (types.size() == EventTypeRules.MAX_EVENT_TYPES) {
            throw ApiError.invalid(
                List.of("body", "spec"),
                "has more than "
                    + EventTypeRules.MAX_EVENT_TYPES
                    + " webhooks; import them in parts");
          }
          types.put(name(webhook.getKey()), eventType(webhook.getKey(), webhook.getValue()));
        }
      }
    }
    if (!found) {
      throw ApiError.invalid(
          List.of("body", "spec"), "has no webhooks; it needs a section webhooks or x-webhooks");
    }
    return types;
  }

  private static String name(String name) {
    String problem = NameRules.NAME.problem(name);
    if (problem != null) {
      throw bad(name, "its name " + problem);
    }
    return name;
  }

  private static ApiError bad(String webhook, String problem) {
    return ApiError.invalid(List.of("body", "spec", "webhooks", webhook), problem);
  }

  private EventTypeInput eventType(String name, JsonNode webhook) {
    JsonNode item = resolved(name, webhook);
    JsonNode operation =
        METHODS.stream()
            .map(item::get)
            .filter(found -> found != null && found.isObject())
            .findFirst()
            .orElseThrow(() -> bad(name, "has no operation such as post"));
    JsonNode body = operation.get("requestBody");
    JsonNode request = body == null ? null : resolved(name, body);
    JsonNode deprecated = operation.get("deprecated");
    ObjectNode schema = schema(name, request);
    String group = operation.at("/tags/0").asString("");
    String description = description(operation, request);
    String schemas = schema == null ? null : "{\"1\":" + schema + "}";
    requireBounded(name, description, schemas);
    return new EventTypeInput(
        description,
        false,
        deprecated != null && deprecated.asBoolean(false),
        new EventTypeInput.Text(schemas),
        null,
        NameRules.NAME.allows(group) ? new EventTypeInput.Text(group) : null);
  }

  private void requireBounded(String name, String description, @Nullable String schemas) {
    String problem = Problems.ofLength(description, EventTypeRules.MAX_DESCRIPTION);
    if (problem != null) {
      throw bad(name, "its description " + problem);
    }
    int length = schemas == null ? 0 : schemas.length();
    problem = Problems.ofLength(length, EventTypeRules.MAX_SCHEMAS);
    if (problem != null) {
      throw bad(name, "its schema, including everything that it refers to, " + problem);
    }
    characters += description.length() + length;
    if (characters > EventTypeRules.MAX_TOGETHER) { // shared components count for each webhook
      throw ApiError.invalid(
          List.of("body", "spec"),
          "has webhooks with more than "
              + EventTypeRules.MAX_TOGETHER
              + " characters together, including everything that each refers to; import them in"
              + " parts");
    }
  }

  private static String description(JsonNode operation, @Nullable JsonNode request) {
    for (String field : List.of("description", "summary")) {
      String text = operation.path(field).asString("");
      if (!text.isEmpty()) {
        return text;
      }
    }
    return request == null ? "" : request.path("description").asString("");
  }

  /** Returns the schema of a request body's JSON, or null if there is none. */
  private @Nullable ObjectNode schema(String name, @Nullable JsonNode request) {
    JsonNode media = request == null ? null : json(request.path("content"));
    JsonNode schema = media == null ? null : media.get("schema");
    if (media == null || schema == null || !resolved(name, schema).isObject()) {
      return null;
    }
    ObjectNode whole = whole((ObjectNode) resolved(name, schema));
    JsonNode example = media.get("example");
    if (example == null) {
      Iterator<JsonNode> examples = media.path("examples").iterator();
      example = examples.hasNext() ? examples.next().get("value") : null;
    }
    if (example != null && !whole.has("examples") && !whole.has("example")) {
      whole.putArray("examples").add(example);
    }
    return whole;
  }

  private static @Nullable JsonNode json(JsonNode content) {
    for (Map.Entry<String, JsonNode> media : content.properties()) {
      if (media.getKey().startsWith("application/json") || media.getKey().endsWith("+json")) {
        return media.getValue();
      }
    }
    return null;
  }

  // ---- references ----------------------------------------------------------------------------

  /** Resolves references within the document. */
  private JsonNode resolved(String name, JsonNode node) {
    JsonNode at = node;
    for (int hops = 0; hops < MOST_HOPS; hops++) {
      JsonNode ref = at.get(REF);
      if (ref == null || !ref.isString()) {
        return at;
      }
      if (ref.asString().length() > MOST_REFERENCE) {
        throw bad(name, "has a reference of more than " + MOST_REFERENCE + " characters");
      }
      at = target(ref.asString());
      if (at.isMissingNode()) {
        throw bad(
            name, "refers to " + Quoted.of(ref.asString()) + ", which is not in the document");
      }
    }
    throw bad(name, "has references that are circular or nested too deeply");
  }

  private JsonNode target(String ref) {
    try {
      return ref.startsWith("#/") ? spec.at(ref.substring(1)) : spec.path("");
    } catch (IllegalArgumentException e) {
      return spec.path("");
    }
  }

  /**
   * Returns a self-contained copy of a schema, whose definitions include everything it refers to.
   */
  private ObjectNode whole(ObjectNode schema) {
    Deque<String> wanted = new ArrayDeque<>();
    ObjectNode whole = schema.deepCopy();
    rewrite(whole, wanted);
    ObjectNode definitions = JsonNodeFactory.instance.objectNode();
    while (!wanted.isEmpty()) {
      String name = wanted.pop();
      JsonNode definition = target(SCHEMAS + name);
      if (!definitions.has(name) && !definition.isMissingNode()) {
        JsonNode copy = definition.deepCopy();
        rewrite(copy, wanted);
        definitions.set(name, copy);
      }
    }
    if (!definitions.isEmpty()) {
      whole.set("$defs", definitions);
    }
    return whole;
  }

  private static void rewrite(JsonNode node, Deque<String> wanted) {
    if (node instanceof ObjectNode object) {
      String ref = object.path(REF).asString("");
      if (ref.startsWith(SCHEMAS)) {
        String name = ref.substring(SCHEMAS.length());
        wanted.push(name);
        object.put(REF, DEFINITIONS + name);
      }
    }
    node.forEach(child -> rewrite(child, wanted));
  }
}
