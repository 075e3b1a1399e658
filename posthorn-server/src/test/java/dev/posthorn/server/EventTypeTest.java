package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.engine.Acceptance;
import dev.posthorn.testkit.Await;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Receiver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/** Event types over HTTP. */
class EventTypeTest {
  private static final String ALL = "/api/v1/event-type";

  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  private ApiClient api = SERVER.api();

  @BeforeEach
  void ownEnvironment(TestInfo test) {
    String name = test.getTestMethod().orElseThrow().getName();
    api = SERVER.environment("org_" + name.substring(0, Math.min(60, name.length())));
  }

  private static List<String> names(Reply page) {
    List<String> names = new ArrayList<>();
    page.at("/data").forEach(row -> names.add(row.get("name").asString()));
    return names;
  }

  private Reply create(String name) {
    return api.post(ALL, "{\"name\":\"" + name + "\",\"description\":\"\"}").expect(201);
  }

  @Test
  void anEventTypeIsCreatedOnce() {
    String body =
        """
        {"name":"invoice.paid","description":"Paid","groupName":"invoice","deprecated":true,
         "featureFlags":["beta","more"],"schemas":{"1":{"type":"object","minimum":1.50}}}
        """;
    Reply created = api.post(ALL, body).expect(201);
    assertThat(created.at("/name").asString()).isEqualTo("invoice.paid");
    assertThat(created.at("/description").asString()).isEqualTo("Paid");
    assertThat(created.at("/groupName").asString()).isEqualTo("invoice");
    assertThat(created.at("/deprecated").asBoolean()).isTrue();
    assertThat(created.at("/archived").asBoolean()).isFalse();
    assertThat(created.at("/featureFlags").toString()).isEqualTo("[\"beta\",\"more\"]");
    assertThat(created.at("/featureFlag").asString()).isEqualTo("beta");
    assertThat(created.text())
        .contains("\"schemas\":{\"1\":{\"type\":\"object\",\"minimum\":1.50}}");
    assertThat(api.get(ALL + "/invoice.paid").expect(200).text()).isEqualTo(created.text());
    Reply again = api.post(ALL, body).expect(409);
    assertThat(again.at("/code").asString()).isEqualTo("conflict");
  }

  @Test
  void theSameIdempotencyKeyCreatesItOnceAndAnswersTheSame() {
    String body = "{\"name\":\"a\",\"description\":\"\"}";
    Reply first = api.post(ALL, body, "Idempotency-Key", "k1").expect(201);
    assertThat(api.post(ALL, body, "Idempotency-Key", "k1").expect(201).text())
        .isEqualTo(first.text());
  }

  @Test
  void creatingAnArchivedOneTakesItUpAgainWithNothingOfWhatItHad() {
    Reply first =
        api.post(ALL, "{\"name\":\"a\",\"description\":\"old\",\"schemas\":{\"1\":{}}}")
            .expect(201);
    api.delete(ALL + "/a").expect(204);
    assertThat(api.get(ALL + "/a").expect(200).at("/archived").asBoolean()).isTrue();
    Reply again = api.post(ALL, "{\"name\":\"a\",\"description\":\"new\"}").expect(201);
    assertThat(again.at("/archived").asBoolean()).isFalse();
    assertThat(again.at("/description").asString()).isEqualTo("new");
    assertThat(again.at("/schemas").isNull()).isTrue();
    assertThat(again.at("/createdAt")).isEqualTo(first.at("/createdAt"));
  }

  @Test
  void puttingCreatesAndThenReplaces() {
    api.put(ALL + "/a.b", "{\"description\":\"one\",\"groupName\":\"g\"}").expect(201);
    Reply replaced = api.put(ALL + "/a.b", "{\"description\":\"two\"}").expect(200);
    assertThat(replaced.at("/description").asString()).isEqualTo("two");
    assertThat(replaced.at("/groupName").isNull()).isTrue();
    api.put(ALL + "/a%20b", "{\"description\":\"\"}").expect(404);
  }

  @Test
  void aPatchTellsNullFromAbsent() {
    api.post(
            ALL,
            """
            {"name":"a","description":"d","groupName":"g","featureFlag":"old","schemas":{"1":{}}}
            """)
        .expect(201);
    Reply same = api.patch(ALL + "/a", "{}").expect(200);
    assertThat(same.at("/groupName").asString()).isEqualTo("g");
    assertThat(same.at("/featureFlags").toString()).isEqualTo("[\"old\"]");
    assertThat(same.at("/schemas").toString()).isEqualTo("{\"1\":{}}");
    Reply none =
        api.patch(ALL + "/a", "{\"groupName\":null,\"featureFlag\":null,\"schemas\":null}")
            .expect(200);
    assertThat(none.at("/groupName").isNull()).isTrue();
    assertThat(none.at("/featureFlags").isNull()).isTrue();
    assertThat(none.at("/featureFlag").isNull()).isTrue();
    assertThat(none.at("/schemas").isNull()).isTrue();
    assertThat(none.at("/description").asString()).isEqualTo("d");
    Reply archived = api.patch(ALL + "/a", "{\"archived\":true,\"deprecated\":true}").expect(200);
    assertThat(archived.at("/archived").asBoolean()).isTrue();
    assertThat(archived.at("/deprecated").asBoolean()).isTrue();
    api.patch(ALL + "/none", "{}").expect(404);
  }

  @Test
  void deletingArchivesAndExpungingRemoves() {
    create("a");
    api.delete(ALL + "/a").expect(204);
    assertThat(names(api.get(ALL).expect(200))).isEmpty();
    assertThat(names(api.get(ALL + "?include_archived=true").expect(200))).containsExactly("a");
    api.delete(ALL + "/a?expunge=true").expect(204);
    api.get(ALL + "/a").expect(404);
    api.delete(ALL + "/a").expect(404);
  }

  @Test
  void listsShowSchemasOnlyIfAsked() {
    api.post(ALL, "{\"name\":\"a\",\"description\":\"\",\"schemas\":{\"1\":{}}}").expect(201);
    assertThat(api.get(ALL).expect(200).at("/data/0/schemas").isNull()).isTrue();
    assertThat(api.get(ALL + "?with_content=true").expect(200).at("/data/0/schemas").isObject())
        .isTrue();
  }

  @Test
  void pagesGoByNameToTheEndAndBack() {
    List<String> all = List.of("-dash", ".dot", "a", "b", "c.1", "c.2", "d");
    all.forEach(this::create);
    for (String order : List.of("ascending", "descending")) {
      List<String> expected = order.equals("ascending") ? all : all.reversed();
      List<String> seen = new ArrayList<>();
      String path = ALL + "?limit=2&order=" + order;
      Reply page = api.get(path).expect(200);
      seen.addAll(names(page));
      while (!page.at("/done").asBoolean()) {
        page = api.get(path + "&iterator=" + page.at("/iterator").asString()).expect(200);
        seen.addAll(names(page));
      }
      assertThat(seen).isEqualTo(expected);
      List<String> back = new ArrayList<>(names(page));
      boolean done = false;
      while (!done) {
        page = api.get(path + "&iterator=" + page.at("/prevIterator").asString()).expect(200);
        back.addAll(0, names(page));
        done = page.at("/done").asBoolean();
      }
      assertThat(back).isEqualTo(expected);
    }
  }

  @Test
  void whatIsWrongIsNamed() {
    assertThat(api.post(ALL, "{\"name\":\"a\"}").expect(422).at("/detail/0/loc").toString())
        .isEqualTo("[\"body\",\"description\"]");
    assertThat(
            api.post(ALL, "{\"name\":\"a b\",\"description\":\"\"}")
                .expect(422)
                .at("/detail/0/loc")
                .toString())
        .isEqualTo("[\"body\",\"name\"]");
    api.post(ALL, "{\"name\":\"a\",\"description\":\"\",\"schemas\":[]}").expect(422);
    api.post(ALL, "{\"name\":\"a\",\"description\":\"\",\"featureFlags\":[\"a b\"]}").expect(422);
    api.post(ALL, "{\"name\":\"a\",\"description\":\"\",\"archived\":1}").expect(422);
    api.post(ALL, "not json").expect(422);
    api.get(ALL + "?limit=0").expect(422);
    api.get(ALL + "?order=up").expect(422);
    api.get(ALL + "/none").expect(404);
    SERVER.client("").get(ALL).expect(401);
  }

  @Test
  void anApplicationSeesWhatEverybodyHasAndChangesNothing() {
    create("open");
    api.post(ALL, "{\"name\":\"closed\",\"description\":\"\",\"featureFlag\":\"beta\"}")
        .expect(201);
    String app = api.post("/api/v1/app", "{\"name\":\"x\"}").expect(201).id();
    ApiClient customer = SERVER.application(app);
    assertThat(names(customer.get(ALL).expect(200))).containsExactly("open");
    customer.get(ALL + "/open").expect(200);
    customer.get(ALL + "/closed").expect(404);
    customer.post(ALL, "{\"name\":\"a\",\"description\":\"\"}").expect(403);
    customer.delete(ALL + "/open").expect(403);
    String token =
        api.post("/api/v1/auth/app-portal-access/" + app, "{\"featureFlags\":[\"beta\"]}")
            .expect(200)
            .at("/token")
            .asString();
    assertThat(names(SERVER.client(token).get(ALL).expect(200))).containsExactly("closed", "open");
  }

  @Test
  void anotherEnvironmentHasOthers() {
    create("a");
    ApiClient other = SERVER.environment("org_other");
    assertThat(names(other.get(ALL).expect(200))).isEmpty();
    other.get(ALL + "/a").expect(404);
    other.patch(ALL + "/a", "{}").expect(404);
    other.delete(ALL + "/a").expect(404);
  }

  @Test
  void whatWasChangedIsThereAfterARestart() {
    try (ServerFixture server = ServerFixture.start()) {
      server.api().post(ALL, "{\"name\":\"a\",\"description\":\"d\"}").expect(201);
      server
          .api()
          .put(ALL + "/a/retry-schedule", "{\"retrySchedule\":[{\"secs\":7,\"nanos\":0}]}")
          .expect(200);
      server.api().post(ALL, "{\"name\":\"b\",\"description\":\"\"}").expect(201);
      server.api().delete(ALL + "/b?expunge=true").expect(204);
      server.restart();
      assertThat(names(server.api().get(ALL).expect(200))).containsExactly("a");
      assertThat(
              server
                  .api()
                  .get(ALL + "/a/retry-schedule")
                  .expect(200)
                  .at("/retrySchedule/0/secs")
                  .asInt())
          .isEqualTo(7);
    }
  }

  // ---- retry schedules -----------------------------------------------------------------------

  @Test
  void aRetryScheduleIsReadAsItWasSet() {
    create("a");
    String path = ALL + "/a/retry-schedule";
    assertThat(api.get(path).expect(200).json().has("retrySchedule")).isFalse();
    String schedule =
        "{\"retrySchedule\":[{\"secs\":5,\"nanos\":0},{\"secs\":0,\"nanos\":500000000}]}";
    assertThat(api.put(path, schedule).expect(200).text()).isEqualTo(schedule);
    assertThat(api.get(path).expect(200).text()).isEqualTo(schedule);
    assertThat(api.put(path, "{\"retrySchedule\":[60]}").expect(200).text())
        .isEqualTo("{\"retrySchedule\":[{\"secs\":60,\"nanos\":0}]}");
    assertThat(api.put(path, "{\"retrySchedule\":[]}").expect(200).text())
        .isEqualTo("{\"retrySchedule\":[]}");
    assertThat(api.put(path, "{\"retrySchedule\":null}").expect(200).text()).isEqualTo("{}");
    api.put(path, "{\"retrySchedule\":[-1]}").expect(422);
    api.put(path, "{\"retrySchedule\":[{\"secs\":\"1\"}]}").expect(422);
    api.put(ALL + "/none/retry-schedule", "{}").expect(404);
    api.get(ALL + "/none/retry-schedule").expect(404);
  }

  @Test
  void deliveriesOfATypeAreRetriedByItsScheduleUnlessTheEndpointHasItsOwn() {
    create("never.again");
    api.put(ALL + "/never.again/retry-schedule", "{\"retrySchedule\":[]}").expect(200);
    String app = api.post("/api/v1/app", "{\"name\":\"x\"}").expect(201).id();
    try (Receiver failing = Receiver.answering(request -> Answer.status(500))) {
      String endpoints = "/api/v1/app/" + app + "/endpoint";
      api.post(endpoints, "{\"url\":\"" + failing.url("/type") + "\"}").expect(201);
      api.post(endpoints, "{\"url\":\"" + failing.url("/own") + "\",\"retrySchedule\":[0]}")
          .expect(201);
      List<Long> messages = List.of(send(app, "never.again"), send(app, "other"));
      // By its own schedule one more of each type; by the fixture's two more of the other type.
      Await.until("all attempts", () -> failing.count() >= 1 + 3 + 2 + 2);
      Await.until(
          "all deliveries at their end",
          () ->
              messages.stream()
                  .allMatch(id -> SERVER.server().engine().store().live(id).isEmpty()));
      assertThat(failing.requests().stream().filter(r -> r.path().equals("/type")).count())
          .isEqualTo(1 + 3);
      assertThat(failing.requests().stream().filter(r -> r.path().equals("/own")).count())
          .isEqualTo(2 + 2);
    }
  }

  private static long send(String app, String type) {
    var engine = SERVER.server().engine();
    long id = engine.publicIds().parse("app", app).orElseThrow();
    return engine
        .accept(
            new Acceptance(
                id,
                type,
                List.of(),
                "application/json",
                new byte[] {'{', '}'},
                Acceptance.Options.NONE),
            10_000)
        .message();
  }

  // ---- OpenAPI -------------------------------------------------------------------------------

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
    // What is imported again is offered again.
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
    assertThat(names(api.get(ALL).expect(200))).isEmpty();
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

  // ---- examples ------------------------------------------------------------------------------

  @Test
  void anExampleGoesToOneEndpointAlsoIfItIsDisabled() {
    api.post(
            ALL,
            """
            {"name":"a","description":"","schemas":{
              "1":{"type":"object","example":{"old":true}},
              "2":{"type":"object","examples":[{"first":1},{"second":2.50}]}}}
            """)
        .expect(201);
    api.post(
            ALL,
            """
            {"name":"made","description":"","schemas":{"1":{"type":"object","properties":{
              "id":{"type":"integer","minimum":3},"at":{"type":"string","format":"date-time"},
              "who":{"$ref":"#/$defs/who"},"list":{"type":"array","items":{"enum":["x","y"]}},
              "self":{"$ref":"#"},"both":{"allOf":[{"properties":{"p":{"const":1}}}]}},
              "$defs":{"who":{"oneOf":[{"type":"boolean"}]}}}}}
            """)
        .expect(201);
    create("plain");
    String app = api.post("/api/v1/app", "{\"name\":\"x\"}").expect(201).id();
    String endpoints = "/api/v1/app/" + app + "/endpoint";
    try (Receiver receiver = Receiver.start()) {
      String one =
          api.post(
                  endpoints,
                  "{\"url\":\""
                      + receiver.url("/one")
                      + "\",\"disabled\":true,\"channels\":[\"c\"]}")
              .expect(201)
              .id();
      api.post(endpoints, "{\"url\":\"" + receiver.url("/two") + "\"}").expect(201);
      String path = endpoints + "/" + one + "/send-example";
      Reply sent =
          api.post(path, "{\"eventType\":\"a\",\"exampleIndex\":1}", "Idempotency-Key", "k")
              .expect(202);
      assertThat(sent.text()).contains("\"payload\":{\"second\":2.50}");
      assertThat(sent.at("/eventType").asString()).isEqualTo("a");
      assertThat(sent.id()).startsWith("msg_");
      assertThat(
              api.post(path, "{\"eventType\":\"a\",\"exampleIndex\":1}", "Idempotency-Key", "k")
                  .expect(202)
                  .id())
          .isEqualTo(sent.id());
      receiver.awaitRequests(1);
      assertThat(receiver.requests().get(0).path()).isEqualTo("/one");
      assertThat(receiver.requests().get(0).text()).isEqualTo("{\"second\":2.50}");
      assertThat(receiver.requests().get(0).header("webhook-id")).isEqualTo(sent.id());
      JsonNode made = api.post(path, "{\"eventType\":\"made\"}").expect(202).at("/payload");
      assertThat(made.get("id").asInt()).isEqualTo(3);
      assertThat(made.get("at").asString()).isEqualTo("2026-01-31T12:00:00Z");
      assertThat(made.get("who").asBoolean()).isTrue();
      assertThat(made.get("list").toString()).isEqualTo("[\"x\"]");
      assertThat(made.get("both").toString()).isEqualTo("{\"p\":1}");
      assertThat(made.at("/self/id").asInt()).isEqualTo(3);
      api.post(path, "{\"eventType\":\"plain\"}").expect(202);
      receiver.awaitRequests(3);
      assertThat(receiver.requests()).allMatch(request -> request.path().equals("/one"));
      api.post(path, "{\"eventType\":\"none\"}").expect(404);
      api.post(path, "{\"eventType\":\"a\",\"exampleIndex\":2}").expect(422);
      api.post(path, "{}").expect(422);
      api.post(endpoints + "/none/send-example", "{\"eventType\":\"a\"}").expect(404);
    }
  }
}
