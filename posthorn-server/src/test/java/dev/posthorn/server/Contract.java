package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The contract of all answers: the server's own OpenAPI document, and those from which the Svix
 * clients were generated. Records which operations were called successfully.
 */
public final class Contract {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final List<SchemaDocument> SVIX =
      List.of(
          // Both use nullable, even the one that declares version 3.1.
          new SchemaDocument(
              "svix-open-server", resource("/svix/open-server.json"), Dialects.getOpenApi30()),
          new SchemaDocument(
              "svix-service", resource("/svix/service.json"), Dialects.getOpenApi30()));

  /**
   * An intended difference of Posthorn.
   *
   * @param operation the operation, by its name in Posthorn
   * @param status Posthorn's status
   * @param documents the documents from which it differs
   * @param reason the reason
   */
  record Difference(String operation, int status, Set<String> documents, String reason) {}

  /** An intended difference of Posthorn. */
  static final List<Difference> DIFFERENCES =
      List.of(
          new Difference(
              "v1.endpoint.send-example",
              200,
              Set.of("svix-service"),
              "as the open server has it; clients take every status from 200 to 299"),
          new Difference(
              "v1.endpoint.rotate-secret",
              200,
              Set.of("svix-open-server", "svix-service"),
              "the clients of version 2 fail without the new secret, whatever the documents say"));

  /**
   * Values that Svix does not know, and that appear only to clients that sent them.
   *
   * @param problem the problem that its schema reports for them
   * @param reason the reason that Posthorn accepts them
   */
  record Extension(Pattern problem, String reason) {}

  private static final List<Extension> EXTENSIONS =
      List.of(
          new Extension(
              Pattern.compile(".*/payload: \\w+ found, object expected"),
              "a payload may be any JSON, not only an object"),
          new Extension(
              Pattern.compile(".*/schemas/[^:]*: \\w+ found, object expected"),
              "the schemas of an event type are kept as they were sent"),
          new Extension(
              Pattern.compile(".*/(eventTypes|filterTypes)/\\d+: does not match .*"),
              "a filter may have patterns such as invoice.*"),
          new Extension(
              Pattern.compile("svix-open-server .*: /channels(/\\d+)?: .*"),
              "a message may have as many channels, with the same characters, as with the service"),
          new Extension(
              Pattern.compile(".*/schemas/EndpointSecretOut: /key: does not match .*"),
              "of an Ed25519 key the public one is shown, whpk_, as the Svix server does"));

  /** Statuses that any operation may return without the document listing them. */
  private static final Set<Integer> UNNAMED = Set.of(405, 408, 415, 500, 507);

  /** A path's template with the pattern of matching paths. */
  private record Route(String template, Pattern pattern) {
    private long variables() {
      return template.chars().filter(c -> c == '{').count();
    }
  }

  /** The documents of the servers of this run: one, unless a server has other operations. */
  private static final Map<String, Description> DESCRIPTIONS = new ConcurrentHashMap<>();

  /**
   * A server's own document. Its schemas take longer to read than most tests run, so all contracts
   * with the same document share them.
   *
   * @param openApi the document
   * @param schemas the same with its schemas, which refuse undescribed properties
   * @param routes all routes, those with the most fixed segments first
   */
  private record Description(ObjectNode openApi, SchemaDocument schemas, List<Route> routes) {
    static Description of(String text) {
      ObjectNode openApi = (ObjectNode) MAPPER.readTree(text);
      return new Description(
          openApi,
          new SchemaDocument("posthorn", strict(openApi.deepCopy()), Dialects.getOpenApi31()),
          openApi.get("paths").propertyNames().stream()
              .map(Contract::route)
              .sorted(Comparator.comparingLong(Route::variables))
              .toList());
    }
  }

  private final Description description;
  private final Set<String> called = ConcurrentHashMap.newKeySet();
  private final Set<String> differed = ConcurrentHashMap.newKeySet();

  /** Creates the contract of a server with this description. */
  Contract(String openApi) {
    this.description = DESCRIPTIONS.computeIfAbsent(openApi, Description::of);
  }

  /** Returns the server's OpenAPI document. */
  ObjectNode openApi() {
    return description.openApi;
  }

  /** Returns the names of all operations. */
  Set<String> operations() {
    Set<String> names = ConcurrentHashMap.newKeySet();
    openApi()
        .get("paths")
        .forEach(path -> path.forEach(one -> names.add(one.get("operationId").asString())));
    return names;
  }

  /** Returns the names of the operations that were called successfully. */
  Set<String> called() {
    return called;
  }

  /** Returns the names of the operations whose known differences occurred. */
  Set<String> differed() {
    return differed;
  }

  /** Returns the name of a request's operation, or null if none matches. */
  @Nullable String operation(String method, String target) {
    String template = template(URI.create(target).getRawPath());
    JsonNode operation = template == null ? null : description.schemas.operation(method, template);
    return operation == null ? null : operation.get("operationId").asString();
  }

  /** Fails if an answer violates the contract. */
  void check(String method, String target, Reply reply) {
    String path = URI.create(target).getRawPath();
    String template = template(path);
    JsonNode operation = template == null ? null : description.schemas.operation(method, template);
    if (template == null || operation == null) {
      return; // unknown operation: the server answers 404 or 405, which other tests check
    }
    String id = operation.get("operationId").asString();
    List<String> problems = new ArrayList<>(own(operation, reply));
    for (SchemaDocument svix : SVIX) {
      if (knows(svix.operation(method, template), URI.create(target).getRawQuery())) {
        problems.addAll(svix(svix, method, template, id, reply));
      }
    }
    assertThat(problems).as("%s: %s", reply.request(), reply.text()).isEmpty();
    if (reply.status() / 100 == 2) {
      called.add(id);
    }
  }

  /**
   * Returns whether a document has all parameters of a request: clients generated from it send no
   * others.
   */
  private static boolean knows(@Nullable JsonNode operation, @Nullable String query) {
    if (operation == null || query == null) {
      return true;
    }
    Set<String> known =
        operation
            .path("parameters")
            .valueStream()
            .map(parameter -> parameter.path("name").asString(""))
            .collect(Collectors.toSet());
    return Arrays.stream(query.split("&", -1))
        .allMatch(one -> known.contains(one.substring(0, (one + "=").indexOf('='))));
  }

  private List<String> own(JsonNode operation, Reply reply) {
    JsonNode response = description.schemas.response(operation, reply.status());
    if (!UNNAMED.contains(reply.status()) && !operation.get("responses").has("" + reply.status())) {
      return List.of("the status " + reply.status() + " is not documented");
    }
    return response == null ? List.of() : against(description.schemas, response, reply);
  }

  private List<String> svix(
      SchemaDocument svix, String method, String template, String id, Reply reply) {
    JsonNode operation = svix.operation(method, template);
    if (operation == null) {
      return List.of();
    }
    for (Difference one : DIFFERENCES) {
      if (one.operation().equals(id)
          && one.status() == reply.status()
          && one.documents().contains(svix.name())) {
        differed.add(id);
        return List.of();
      }
    }
    JsonNode response = svix.response(operation, reply.status());
    if (response != null) {
      return against(svix, response, reply).stream().filter(one -> !isExtension(one)).toList();
    }
    // One document omits the success responses of some operations.
    return reply.status() / 100 == 2 && hasSuccess(operation)
        ? List.of(svix.name() + " has no " + reply.status())
        : List.of();
  }

  private static boolean isExtension(String problem) {
    return EXTENSIONS.stream().anyMatch(one -> one.problem().matcher(problem).matches());
  }

  private static boolean hasSuccess(JsonNode operation) {
    return operation
        .get("responses")
        .propertyStream()
        .anyMatch(one -> one.getKey().startsWith("2"));
  }

  private static List<String> against(SchemaDocument document, JsonNode response, Reply reply) {
    String schema = SchemaDocument.schema(response);
    if (schema != null) {
      return "application/json".equals(reply.header("Content-Type"))
          ? document.problems(schema, reply.json())
          : List.of("is not JSON but " + reply.header("Content-Type"));
    }
    return reply.body().length > 0 && !response.has("content")
        ? List.of(document.name() + " has no body for " + reply.status())
        : List.of();
  }

  /** Returns the path's template with the most fixed segments, or null. */
  private @Nullable String template(String path) {
    return description.routes.stream()
        .filter(route -> route.pattern().matcher(path).matches())
        .findFirst()
        .map(Route::template)
        .orElse(null);
  }

  private static Route route(String template) {
    return new Route(template, Pattern.compile(template.replaceAll("\\{[^}]*}", "[^/]+") + "/?"));
  }

  /** Restricts objects to the properties that their schemas describe. */
  private static JsonNode strict(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.properties().forEach(property -> strict(property.getValue()));
      if (object.get("properties") instanceof ObjectNode
          && "object".equals(String.valueOf(text(object.get("type"))).toLowerCase(Locale.ROOT))
          && !object.has("additionalProperties")) {
        object.put("additionalProperties", false);
      }
    } else if (node instanceof ArrayNode array) {
      array.forEach(Contract::strict);
    }
    return node;
  }

  private static @Nullable String text(@Nullable JsonNode node) {
    return node == null || !node.isString() ? null : node.asString();
  }

  private static JsonNode resource(String name) {
    try (InputStream in = Contract.class.getResourceAsStream(name)) {
      return MAPPER.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
