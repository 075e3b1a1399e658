package dev.posthorn.server.api.spec;

import dev.posthorn.server.api.common.Reasons;
import dev.posthorn.server.api.endpoint.EndpointFields;
import dev.posthorn.server.http.Operation;
import dev.posthorn.server.http.Operation.Access;
import dev.posthorn.server.http.Operation.BodySchema;
import dev.posthorn.server.http.Operation.Param;
import dev.posthorn.server.http.Operation.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Builds the OpenAPI 3.1 document of the API from the list of operations, so that none can be
 * missing, and from schemas in resource files beside this class, one per subject.
 */
public final class OpenApi {
  /** Names of the schema files. */
  static final List<String> SUBJECTS =
      List.of(
          "common",
          "application",
          "endpoint",
          "message",
          "attempt",
          "task",
          "statistics",
          "event-type",
          "authentication",
          "environment",
          "console");

  private static final Pattern LIST = Pattern.compile("ListResponse_(.+)_");
  private static final Pattern VARIABLE = Pattern.compile("\\{([^}]+)}");
  private static final String SCHEMA = "#/components/schemas/";
  private static final String RESPONSE = "#/components/responses/";
  private static final String JSON = "application/json";
  private static final JsonMapper MAPPER = new JsonMapper();

  /**
   * An error that the document lists by name; the default response covers rarer ones.
   *
   * @param status its status
   * @param name its name in the document
   * @param text its description
   * @param passes whether it is temporary, so that the answer has {@code Retry-After}
   * @param of selects the operations that can return it
   */
  private record Failure(
      int status, String name, String text, boolean passes, Predicate<Operation> of) {}

  private static final List<Failure> FAILURES =
      List.of(
          new Failure(
              400,
              "BadRequest",
              "The request cannot be read, makes no sense in the current state, or reaches a"
                  + " limit.",
              false,
              operation -> true),
          new Failure(
              401, "Unauthorized", "The token is missing or invalid.", false, OpenApi::takesToken),
          new Failure(
              403,
              "Forbidden",
              "The token does not allow this operation.",
              false,
              OpenApi::takesToken),
          new Failure(
              404,
              "NotFound",
              "The object does not exist or belongs to another tenant.",
              false,
              operation -> operation.path().contains("{")),
          new Failure(
              409,
              "Conflict",
              "The object already exists or is in another state, or the idempotency key was used"
                  + " before.",
              false,
              OpenApi::mayConflict),
          new Failure(
              413,
              "TooLarge",
              "The body, or a payload in it, is too large.",
              false,
              operation -> operation.docs().accepts() != null),
          new Failure(422, "Invalid", "A value is invalid.", false, OpenApi::takesToken),
          new Failure(
              429,
              "TooManyRequests",
              "Too many invalid tokens came from this address, or too many requests of this kind.",
              true,
              OpenApi::takesToken),
          new Failure(
              431, "HeadTooLarge", "The head of the request is too large.", false, one -> true),
          new Failure(
              503,
              "Unavailable",
              "The request was not carried out, or its outcome is unknown; see the error code.",
              true,
              operation -> true));

  private final ObjectNode root = MAPPER.createObjectNode();

  private OpenApi() {}

  /**
   * Returns the document.
   *
   * @throws IllegalStateException if two subjects define the same schema
   */
  public static ObjectNode document(List<Operation> operations) {
    OpenApi api = new OpenApi();
    api.head(operations);
    ObjectNode paths = api.root.putObject("paths");
    for (Operation operation : operations) {
      JsonNode path = paths.get(operation.path());
      ObjectNode methods =
          path instanceof ObjectNode known ? known : paths.putObject(operation.path());
      describe(methods.putObject(operation.method().toLowerCase(Locale.ROOT)), operation);
    }
    api.components(operations);
    return api.root;
  }

  private void head(List<Operation> operations) {
    root.put("openapi", "3.1.0");
    String version = OpenApi.class.getPackage().getImplementationVersion();
    ObjectNode info = root.putObject("info");
    info.put("title", "Posthorn");
    info.put("version", version == null ? "development" : version);
    info.put(
        "description",
        "Webhook delivery. Compatible with clients of the Svix API; wherever an id is expected, a"
            + " uid may be used, too.");
    info.putObject("license").put("name", "Apache-2.0").put("identifier", "Apache-2.0");
    ArrayNode tags = root.putArray("tags");
    operations.stream()
        .map(operation -> operation.docs().tag())
        .distinct()
        .forEach(tag -> tags.addObject().put("name", tag));
  }

  // ---- operations ----------------------------------------------------------------------------

  private static void describe(ObjectNode at, Operation operation) {
    Operation.Docs docs = operation.docs();
    at.put("operationId", operation.id());
    at.put("summary", docs.summary());
    at.putArray("tags").add(docs.tag());
    if (!needsToken(operation)) {
      at.putArray("security");
    } else {
      at.put(
          "description",
          operation.access() == Access.ENVIRONMENT
              ? "Needs a token of the environment."
              : "Needs a token of the environment, or of the application.");
    }
    parameters(at, operation);
    BodySchema takes = docs.accepts();
    if (takes != null) {
      ObjectNode body = at.putObject("requestBody").put("required", takes.required());
      ref(body, takes.schema());
    }
    ObjectNode responses = at.putObject("responses");
    for (Response gives : docs.returns()) {
      response(responses.putObject(Integer.toString(gives.status())), gives);
    }
    for (Failure failure : FAILURES) {
      if (failure.of().test(operation)) {
        responses
            .putObject(Integer.toString(failure.status()))
            .put("$ref", RESPONSE + failure.name());
      }
    }
    responses.putObject("default").put("$ref", RESPONSE + "Error");
  }

  private static boolean needsToken(Operation operation) {
    return operation.access() != Access.PUBLIC;
  }

  /** Returns whether a request has a token in its head or, to sign in, in its body. */
  private static boolean takesToken(Operation operation) {
    return needsToken(operation) || operation.docs().accepts() != null;
  }

  private static boolean mayConflict(Operation operation) {
    return needsToken(operation)
        && (!operation.method().equals("GET") || operation.docs().conflicts());
  }

  private static void parameters(ObjectNode at, Operation operation) {
    ArrayNode parameters = MAPPER.createArrayNode();
    Matcher variable = VARIABLE.matcher(operation.path());
    while (variable.find()) {
      ObjectNode parameter = parameters.addObject();
      parameter.put("name", variable.group(1)).put("in", "path").put("required", true);
      parameter.putObject("schema").put("type", "string").put("minLength", 1);
    }
    for (Param param : operation.docs().query()) {
      ObjectNode parameter = parameters.addObject();
      parameter.put("name", param.name()).put("in", param.in());
      parameter.put("description", param.text());
      parameter.set("schema", MAPPER.readTree(param.schema()));
    }
    if (!parameters.isEmpty()) {
      at.set("parameters", parameters);
    }
  }

  private static void response(ObjectNode at, Response gives) {
    at.put("description", Reasons.of(gives.status()));
    if (gives.schema() != null) {
      ref(at, gives.schema());
    } else if (gives.status() == 200) { // a body that is not JSON of the API
      at.putObject("content").putObject("*/*");
    }
  }

  private static void ref(ObjectNode at, String schema) {
    at.putObject("content").putObject(JSON).putObject("schema").put("$ref", SCHEMA + schema);
  }

  // ---- components ----------------------------------------------------------------------------

  private void components(List<Operation> operations) {
    ObjectNode components = root.putObject("components");
    ObjectNode bearer = components.putObject("securitySchemes").putObject("token");
    bearer.put("type", "http").put("scheme", "bearer");
    ArrayNode security = root.putArray("security");
    security.addObject().putArray("token");
    ObjectNode session = components.withObject("/securitySchemes").putObject("session");
    session.put("type", "apiKey").put("in", "cookie").put("name", "posthorn-console");
    session.put(
        "description",
        "The session of a person who has signed in to the console; accepted only with the header"
            + " X-Posthorn-Console. The name of the cookie ends with a mark of the store.");
    security.addObject().putArray("session");
    ObjectNode responses = components.putObject("responses");
    for (Failure failure : FAILURES) {
      failure(responses.putObject(failure.name()), failure);
    }
    ref(
        responses.putObject("Error").put("description", "The request was refused."),
        "HttpErrorOut");
    ObjectNode schemas = components.putObject("schemas");
    for (String subject : SUBJECTS) {
      add(schemas, subject);
    }
    settings(schemas);
    for (String name : given(operations)) {
      Matcher list = LIST.matcher(name);
      if (list.matches()) {
        page(schemas.putObject(name), list.group(1));
      }
    }
  }

  private static void failure(ObjectNode at, Failure failure) {
    at.put("description", failure.text());
    if (failure.passes()) {
      ObjectNode after = at.putObject("headers").putObject("Retry-After");
      after.put("description", "Seconds to wait before trying again.");
      after.putObject("schema").put("type", "integer").put("minimum", 1);
    }
    ref(at, failure.status() == 422 ? "HTTPValidationError" : "HttpErrorOut");
  }

  private static void add(ObjectNode schemas, String subject) {
    try (InputStream in = OpenApi.class.getResourceAsStream("schemas/" + subject + ".json")) {
      if (in == null) {
        throw new IllegalStateException("schemas/" + subject + ".json is missing in this build");
      }
      MAPPER
          .readTree(SchemaLimits.fill(new String(in.readAllBytes(), StandardCharsets.UTF_8)))
          .properties()
          .forEach(
              schema -> {
                if (schemas.has(schema.getKey())) {
                  throw new IllegalStateException("duplicate schema " + schema.getKey());
                }
                schemas.set(schema.getKey(), schema.getValue());
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds the settings of endpoints to their schemas. */
  private static void settings(ObjectNode schemas) {
    List<EndpointFields.Field> all =
        Stream.concat(EndpointFields.BASIC.stream(), EndpointFields.MORE.stream()).toList();
    settings(schemas.path("EndpointPatch"), all, EndpointFields.Field::request);
    settings(schemas.path("EndpointOut"), all, EndpointFields.Field::response);
    settings(
        schemas.path("MessageEndpointOut"), EndpointFields.BASIC, EndpointFields.Field::response);
  }

  private static void settings(
      JsonNode schema,
      List<EndpointFields.Field> fields,
      Function<EndpointFields.Field, String> text) {
    ObjectNode properties = (ObjectNode) schema.path("properties");
    ObjectNode others = properties.deepCopy();
    properties.removeAll();
    fields.forEach(field -> properties.set(field.name(), MAPPER.readTree(text.apply(field))));
    properties.setAll(others);
    if (schema.path("required") instanceof ArrayNode required) {
      fields.forEach(field -> required.add(field.name())); // an answer has all of them
    }
  }

  private static Set<String> given(List<Operation> operations) {
    Set<String> names = new TreeSet<>();
    for (Operation operation : operations) {
      for (Response gives : operation.docs().returns()) {
        if (gives.schema() != null) {
          names.add(gives.schema());
        }
      }
    }
    return names;
  }

  /**
   * Writes the schema of a list: a page of rows, with the iterators of the next and previous page.
   */
  private static void page(ObjectNode at, String row) {
    at.put("type", "object");
    at.putArray("required").add("data").add("iterator").add("prevIterator").add("done");
    ObjectNode properties = at.putObject("properties");
    ObjectNode data = properties.putObject("data").put("type", "array");
    data.putObject("items").put("$ref", SCHEMA + row);
    position(properties.putObject("iterator"), "Pass it as iterator to get the next page.");
    position(properties.putObject("prevIterator"), "Pass it as iterator to get the previous page.");
    properties
        .putObject("done")
        .put("type", "boolean")
        .put("description", "True if there are no more items in this direction.");
  }

  private static void position(ObjectNode at, String text) {
    at.putArray("type").add("string").add("null");
    at.put("description", text);
  }
}
