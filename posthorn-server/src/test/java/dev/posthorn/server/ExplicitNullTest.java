package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.http.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Every operation rejects null for fields that its schema does not allow to be null, and null as a
 * body.
 */
class ExplicitNullTest {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String OPERATIONAL = "/api/v1/operational-webhook/endpoint";

  @AutoClose private final ServerFixture server = ServerFixture.start();
  private final ApiClient api = server.environment("org_nulls");
  private final Tenant owner = Tenant.create(server, api, "org_nulls", "nulls");
  private final Map<String, String> operational =
      Map.of(
          "endpoint_id",
          api.post(OPERATIONAL, "{\"url\":\"http://127.0.0.1:9/\"}").expect(201).id());
  private final JsonNode schemas = server.contract().openApi().at("/components/schemas");

  private JsonNode resolved(JsonNode schema) {
    String ref = schema.path("$ref").asString("");
    return ref.isEmpty() ? schema : resolved(schemas.get(ref.substring(ref.lastIndexOf('/') + 1)));
  }

  private boolean isNullable(JsonNode given) {
    JsonNode schema = resolved(given);
    for (String choice : List.of("anyOf", "oneOf")) {
      if (schema.has(choice)) {
        return schema.get(choice).valueStream().anyMatch(this::isNullable);
      }
    }
    JsonNode values = schema.has("enum") ? schema.get("enum") : schema.path("type");
    return values.isArray()
        ? values.valueStream().anyMatch(one -> one.isNull() || one.asString("").equals("null"))
        : values.isMissingNode() || values.asString("").equals("null");
  }

  private Map<String, JsonNode> fields(JsonNode given) {
    JsonNode schema = resolved(given);
    Map<String, JsonNode> fields = new TreeMap<>();
    schema.path("allOf").forEach(part -> fields.putAll(fields(part)));
    schema.path("properties").properties().forEach(one -> fields.put(one.getKey(), one.getValue()));
    return fields;
  }

  private Reply send(Operation operation, String body) {
    Map<String, String> ids = operation.path().startsWith(OPERATIONAL) ? operational : Map.of();
    return api.send(operation.method(), owner.path(operation, ids), body);
  }

  @Test
  void whatMustNotBeNullIsRefused() {
    List<String> tried = new ArrayList<>();
    for (Operation operation : Tenant.operations(server)) {
      Operation.BodySchema takes = operation.docs().accepts();
      if (takes == null) {
        continue;
      }
      for (Map.Entry<String, JsonNode> field : fields(schemas.get(takes.schema())).entrySet()) {
        if (isNullable(field.getValue())) {
          continue;
        }
        ObjectNode body = (ObjectNode) MAPPER.readTree(Tenant.BODY);
        body.putNull(field.getKey());
        Reply reply = send(operation, body.toString());
        String what = operation.id() + " " + field.getKey() + ": " + reply.text();
        assertThat(reply.status()).as(what).isEqualTo(422);
        assertThat(reply.at("/detail/0/loc").toString()).as(what).contains(field.getKey() + "\"]");
        tried.add(operation.id() + " " + field.getKey());
      }
    }
    assertThat(tried)
        .contains("v1.endpoint.patch description", "v1.event-type.patch archived")
        .hasSizeGreaterThan(50);
  }

  @Test
  void aBodyThatIsNullIsRefused() {
    for (Operation operation : Tenant.operations(server)) {
      if (operation.docs().accepts() != null) {
        Reply reply = send(operation, "null");
        assertThat(reply.status()).as(operation.id() + ": " + reply.text()).isEqualTo(422);
      }
    }
  }
}
