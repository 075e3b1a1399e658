package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/** Import and export of event types as OpenAPI documents. */
class EventTypeOpenApiTest {
  private static final String ALL = "/api/v1/event-type";

  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  private ApiClient api = SERVER.api();

  @BeforeEach
  void ownEnvironment(TestInfo test) {
    api = SERVER.own(test);
  }

  private Reply create(String name) {
    return api.post(ALL, "{\"name\":\"" + name + "\",\"description\":\"\"}").expect(201);
  }

  private static final String YAML =
      """
      openapi: 3.1.0
      webhooks:
        pet.new:
          post:
            description: A new pet
            tags: [pet]
            requestBody:
              content:
                application/json:
                  schema: {$ref: '#/components/schemas/Pet'}
        pet.gone:
          post:
            deprecated: true
            requestBody:
              description: A pet has gone
              $ref: '#/components/requestBodies/Gone'
      components:
        requestBodies:
          Gone:
            description: Gone
            content:
              application/json:
                schema: {type: object}
                example: {id: 7}
        schemas:
          Pet: {type: object, properties: {owner: {$ref: '#/components/schemas/Owner'}}}
          Owner: {type: object, properties: {pet: {$ref: '#/components/schemas/Pet'}}}
      """;

  private Reply importRaw(String spec, String more) {
    String text = StringNode.valueOf(spec).toString();
    return api.post(ALL + "/import/openapi", "{\"specRaw\":" + text + more + "}");
  }

  @Test
  void anOpenApiDocumentIsImported() {
    create("pet.old");
    api.post(ALL, "{\"name\":\"pet.new\",\"description\":\"was\",\"featureFlag\":\"beta\"}")
        .expect(201);
    Reply dry = importRaw(YAML, ",\"dryRun\":true").expect(200);
    assertThat(dry.at("/data/modified").isEmpty()).isTrue();
    assertThat(dry.at("/data/to_modify/0/name").asString()).isEqualTo("pet.gone");
    assertThat(dry.at("/data/to_modify/0/deprecated").asBoolean()).isTrue();
    assertThat(dry.at("/data/to_modify/1/groupName").asString()).isEqualTo("pet");
    assertThat(api.get(ALL + "/pet.new").at("/description").asString()).isEqualTo("was");

    Reply done = importRaw(YAML, ",\"replaceAll\":true").expect(200);
    assertThat(done.at("/data/modified").toString())
        .isEqualTo("[\"pet.gone\",\"pet.new\",\"pet.old\"]");
    JsonNode pet = api.get(ALL + "/pet.new").expect(200).json();
    assertThat(pet.get("description").asString()).isEqualTo("A new pet");
    assertThat(pet.get("groupName").asString()).isEqualTo("pet");
    assertThat(pet.at("/featureFlag").asString()).isEqualTo("beta");
    assertThat(pet.at("/schemas/1/properties/owner/$ref").asString()).isEqualTo("#/$defs/Owner");
    assertThat(pet.at("/schemas/1/$defs/Owner/properties/pet/$ref").asString())
        .isEqualTo("#/$defs/Pet");
    assertThat(pet.at("/schemas/1/$defs/Pet/type").asString()).isEqualTo("object");
    JsonNode gone = api.get(ALL + "/pet.gone").expect(200).json();
    assertThat(gone.get("description").asString()).isEqualTo("Gone");
    assertThat(gone.at("/schemas/1/examples/0/id").asInt()).isEqualTo(7);
    assertThat(api.get(ALL + "/pet.old").at("/archived").asBoolean()).isTrue();
    // Importing an archived event type again restores it.
    api.delete(ALL + "/pet.new").expect(204);
    importRaw(YAML, "").expect(200);
    assertThat(api.get(ALL + "/pet.new").at("/archived").asBoolean()).isFalse();
  }

  @Test
  void whatIsExportedCanBeImportedAgain() {
    importRaw(YAML, "").expect(200);
    String exported = api.get(ALL + "/export/openapi").expect(200).text();
    String before = api.get(ALL + "/pet.new").at("/schemas").toString();
    api.delete(ALL + "/pet.new?expunge=true").expect(204);
    api.post(ALL + "/import/openapi", "{\"spec\":" + exported + "}").expect(200);
    assertThat(api.get(ALL + "/pet.new").expect(200).at("/schemas").toString()).isEqualTo(before);
  }

  @Test
  void whatIsExportedIsKeptAsATask() {
    create("a");
    String id = api.post(ALL + "/export/openapi", null).expect(202).id();
    Reply task = api.get("/api/v1/background-task/" + id).expect(200);
    assertThat(task.at("/status").asString()).isEqualTo("finished");
    assertThat(task.at("/task").asString()).isEqualTo("sdk.generate");
    assertThat(task.at("/data/openapi"))
        .isEqualTo(api.get(ALL + "/export/openapi").expect(200).json());
  }

  @Test
  void aDocumentThatCannotBeReadChangesNothing() {
    importRaw("a: [", "").expect(422);
    importRaw("7", "").expect(422);
    importRaw("openapi: 3.1.0", "").expect(422);
    importRaw("webhooks: {'a b': {post: {}}}", "").expect(422);
    importRaw("webhooks: {a: {}}", "").expect(422);
    importRaw("webhooks: {a: {$ref: '#/none'}}", "").expect(422);
    importRaw("webhooks: {a: {$ref: '#/webhooks/a'}}", "").expect(422);
    api.post(ALL + "/import/openapi", "{}").expect(400);
    importRaw(YAML, ",\"spec\":{}").expect(400);
    assertThat(api.get(ALL).expect(200).at("/data").isEmpty()).isTrue();
  }

  @Test
  void aDocumentWithAliasesIsRefusedSinceTheyCanGrowWithoutLimit() {
    String spec = "webhooks: {a: {post: &p {description: d}}, b: {post: *p}}";
    assertThat(importRaw(spec, "").expect(422).text()).contains("alias");
  }

  @Test
  void aDocumentThatIsNestedTooDeeplyIsRefused() {
    importRaw("webhooks: " + "[".repeat(5_000) + "]".repeat(5_000), "").expect(422);
  }

  /** Returns a document whose webhooks share a schema with a description of a given length. */
  private static String shared(int webhooks, int from, int characters) {
    StringBuilder spec = new StringBuilder("webhooks:\n");
    for (int i = from; i < from + webhooks; i++) {
      spec.append("  a").append(i).append(": {$ref: '#/components/pathItems/P'}\n");
    }
    return spec.append("components:\n  schemas:\n    S: {description: ")
        .append("x".repeat(characters))
        .append("}\n  pathItems:\n    P: {post: {requestBody: {content: {application/json: ")
        .append("{schema: {properties: {s: {$ref: '#/components/schemas/S'}}}}}}}}\n")
        .toString();
  }

  @Test
  void whatWebhooksShareIsBoundedForEachOfThemAndTogether() {
    for (String dry : List.of(",\"dryRun\":true", "")) {
      Reply one = importRaw(shared(1, 0, 140_000), dry).expect(422);
      assertThat(one.at("/detail/0/loc").toString())
          .isEqualTo("[\"body\",\"spec\",\"webhooks\",\"a0\"]");
      assertThat(one.text()).contains("its schema, including everything that it refers to");
      assertThat(importRaw(shared(100, 0, 100_000), dry).expect(422).text())
          .contains("import them in parts");
      assertThat(importRaw(shared(30_000, 0, 1), dry).expect(422).text())
          .contains("10000 webhooks");
    }
    assertThat(api.get(ALL).expect(200).at("/data").isEmpty()).isTrue();
    importRaw(shared(50, 0, 100_000), "").expect(200);
    assertThat(importRaw(shared(50, 50, 100_000), "").expect(409).text())
        .contains("event types: schemas and descriptions of the environment");
    importRaw(shared(50, 0, 100_001 - 1), "").expect(200);
  }

  @Test
  void aLongDescriptionAndALongReferenceAreRefused() {
    String longOne = "x".repeat(5_000);
    assertThat(
            importRaw("webhooks: {a: {post: {description: " + longOne + "}}}", ",\"dryRun\":true")
                .expect(422)
                .text())
        .contains("its description must have at most 4096 characters, but has 5000");
    assertThat(importRaw("webhooks: {a: {$ref: '#/" + longOne + "'}}", "").expect(422).text())
        .contains("has a reference of more than 1000 characters");
  }

  @Test
  void examplesThatAreNoneAreLeftOut() {
    for (String examples : List.of("{}", "[]", "null", "x", "{a: null}", "{a: x}")) {
      importRaw(
              "webhooks: {a: {post: {requestBody: {content: {application/json: {schema: "
                  + "{type: object}, examples: "
                  + examples
                  + "}}}}}}",
              "")
          .expect(200);
      assertThat(api.get(ALL + "/a").at("/schemas/1").toString())
          .isEqualTo("{\"type\":\"object\"}");
    }
  }
}
