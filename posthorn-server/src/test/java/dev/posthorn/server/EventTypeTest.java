package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** Event types over HTTP. */
class EventTypeTest {
  private static final String ALL = "/api/v1/event-type";

  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  private ApiClient api = SERVER.api();

  @BeforeEach
  void ownEnvironment(TestInfo test) {
    api = SERVER.own(test);
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"1":{"readOnly":15}}                                | /1/readOnly must be true or false
          {"1":"x"}                                            | /1 must be a JSON Schema
          {"1":{"type":"text"}}                                | /1/type must be a type of JSON Schema
          {"1":{"type":[]}}                                    | /1/type
          {"2":{"properties":{"a":{"required":["b","b"]}}}}    | /2/properties/a/required
          {"1":{"properties":[]}}                              | /1/properties
          {"1":{"items":[{},7]}}                               | /1/items/1
          {"1":{"anyOf":[]}}                                   | /1/anyOf
          {"1":{"minLength":-1}}                               | /1/minLength
          {"1":{"maxItems":1.5}}                               | /1/maxItems
          {"1":{"multipleOf":0}}                               | /1/multipleOf
          {"1":{"enum":1}}                                     | /1/enum
          {"1":{"exclusiveMinimum":true}}                      | /1/exclusiveMinimum
          {"1":{"dependencies":{"a":[1]}}}                     | /1/dependencies/a
          {"1":{},"note":12}                                   | /note
          {"note":12}                                          | /note
          {"type":"object","additionalProperties":"no"}        | /additionalProperties
          """)
  void whatIsNoJsonSchemaIsRefused(String schemas, String problem) {
    assertThat(api.put(ALL + "/there", "{\"description\":\"\"}").status()).isIn(200, 201);
    for (Reply refused :
        List.of(
            api.post(ALL, "{\"name\":\"a\",\"description\":\"\",\"schemas\":" + schemas + "}"),
            api.put(ALL + "/a", "{\"description\":\"\",\"schemas\":" + schemas + "}"),
            api.patch(ALL + "/there", "{\"schemas\":" + schemas + "}"))) {
      refused.expect(422);
      assertThat(refused.at("/detail/0/loc").toString()).isEqualTo("[\"body\",\"schemas\"]");
      assertThat(refused.at("/detail/0/msg").asString()).contains(problem);
    }
    api.get(ALL + "/a").expect(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"1\":true,\"2\":{\"minLength\":1.0,\"maxLength\":50.0,\"mine\":[7]}}",
        "{\"v1\":{\"type\":[\"string\",\"null\"],\"const\":3,\"default\":[]}}",
        "{\"type\":\"object\",\"properties\":{\"type\":{},\"required\":false},\"required\":[]}",
        "{\"1\":{\"items\":[{},true],\"dependencies\":{\"a\":[\"b\"],\"c\":{}},\"multipleOf\":0.1}}",
        "{\"1\":{\"$ref\":\"#/definitions/a\",\"definitions\":{\"a\":{\"enum\":[]}}}}"
      })
  void whatIsAJsonSchemaIsKept(String schemas) {
    Reply made = api.put(ALL + "/a", "{\"description\":\"\",\"schemas\":" + schemas + "}");
    assertThat(made.status()).as(made.text()).isIn(200, 201);
    assertThat(made.text()).contains("\"schemas\":" + schemas);
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
  void theSamePutTwiceIsTheSameState() {
    String body = "{\"description\":\"one\",\"schemas\":{\"1\":{}},\"archived\":true}";
    ObjectNode first = (ObjectNode) api.put(ALL + "/a.b", body).expect(201).json();
    ObjectNode again = (ObjectNode) api.put(ALL + "/a.b", body).expect(200).json();
    first.set("updatedAt", again.get("updatedAt"));
    assertThat((Object) again).isEqualTo(first);
    assertThat(names(api.get(ALL + "?include_archived=true").expect(200))).containsExactly("a.b");
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
}
