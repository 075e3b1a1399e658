package dev.posthorn.server;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** An OpenAPI document for checking answers. */
final class SchemaDocument {
  private final String name;
  private final JsonNode root;
  private final String uri;
  private final SchemaRegistry registry;
  private final Map<String, JsonNode> paths = new TreeMap<>();
  private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

  /**
   * Creates a document.
   *
   * @param name its name in failures
   * @param dialect the dialect of its schemas
   */
  SchemaDocument(String name, JsonNode root, Dialect dialect) {
    this.name = name;
    this.root = root;
    this.uri = "https://posthorn.test/" + name;
    this.registry =
        SchemaRegistry.withDialect(
            dialect,
            builder ->
                builder
                    .schemas(Map.of(uri, root.toString()))
                    .schemaRegistryConfig(
                        SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));
    root.get("paths")
        .properties()
        .forEach(path -> paths.put(normal(path.getKey()), path.getValue()));
  }

  /** Returns its name. */
  String name() {
    return name;
  }

  /** Returns a path without the names of variables and without a trailing slash. */
  static String normal(String template) {
    String anonymous = template.replaceAll("\\{[^}]*}", "{}");
    return anonymous.endsWith("/") ? anonymous.substring(0, anonymous.length() - 1) : anonymous;
  }

  /** Returns the operation for a method and path, or null if the document has none. */
  @Nullable JsonNode operation(String method, String template) {
    JsonNode path = paths.get(normal(template));
    return path == null ? null : path.get(method.toLowerCase(Locale.ROOT));
  }

  /** Returns an operation's response for a status, otherwise for {@code default}, or null. */
  @Nullable JsonNode response(JsonNode operation, int status) {
    JsonNode responses = operation.get("responses");
    JsonNode response = responses.get(Integer.toString(status));
    JsonNode found = response == null ? responses.get("default") : response;
    JsonNode ref = found == null ? null : found.get("$ref");
    return ref == null ? found : root.at(ref.asString().substring(1));
  }

  /** Returns the reference to the schema of a response's JSON, or null if it has none. */
  static @Nullable String schema(JsonNode response) {
    JsonNode ref = response.at("/content/application~1json/schema/$ref");
    return ref.isMissingNode() ? null : ref.asString();
  }

  /** Returns the problems of a value by the schema at a reference such as #/a/b. */
  List<String> problems(String ref, JsonNode value) {
    Schema schema =
        schemas.computeIfAbsent(ref, key -> registry.getSchema(SchemaLocation.of(uri + key)));
    return schema.validate(value).stream().map(error -> name + " " + ref + ": " + error).toList();
  }
}
