package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.EventTypeRow;
import dev.posthorn.testkit.receiver.Receiver;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import tools.jackson.databind.JsonNode;

/** Examples of event types sent to one endpoint. */
class ExampleTest {
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
              .expect(200);
      assertThat(sent.text()).contains("\"payload\":{\"second\":2.50}");
      assertThat(sent.at("/eventType").asString()).isEqualTo("a");
      assertThat(sent.id()).startsWith("msg_");
      assertThat(
              api.post(path, "{\"eventType\":\"a\",\"exampleIndex\":1}", "Idempotency-Key", "k")
                  .expect(200)
                  .id())
          .isEqualTo(sent.id());
      receiver.awaitRequests(1);
      assertThat(receiver.requests().get(0).path()).isEqualTo("/one");
      assertThat(receiver.requests().get(0).text()).isEqualTo("{\"second\":2.50}");
      assertThat(receiver.requests().get(0).header("webhook-id")).isEqualTo(sent.id());
      JsonNode made = api.post(path, "{\"eventType\":\"made\"}").expect(200).at("/payload");
      assertThat(made.get("id").asInt()).isEqualTo(3);
      assertThat(made.get("at").asString()).isEqualTo("2026-01-31T12:00:00Z");
      assertThat(made.get("who").asBoolean()).isTrue();
      assertThat(made.get("list").toString()).isEqualTo("[\"x\"]");
      assertThat(made.get("both").toString()).isEqualTo("{\"p\":1}");
      assertThat(made.at("/self/id").asInt()).isEqualTo(3);
      api.post(path, "{\"eventType\":\"plain\"}").expect(200);
      receiver.awaitRequests(3);
      assertThat(receiver.requests()).allMatch(request -> request.path().equals("/one"));
      api.post(path, "{\"eventType\":\"none\"}").expect(404);
      api.post(path, "{\"eventType\":\"a\",\"exampleIndex\":2}").expect(422);
      api.post(path, "{}").expect(422);
      api.post(endpoints + "/none/send-example", "{\"eventType\":\"a\"}").expect(404);
    }
  }

  @Test
  void aPingIsAnExampleEverywhere() {
    String app = api.post("/api/v1/app", "{\"name\":\"x\"}").expect(201).id();
    String endpoints = "/api/v1/app/" + app + "/endpoint";
    try (Receiver receiver = Receiver.start()) {
      String one =
          api.post(endpoints, "{\"url\":\"" + receiver.url("/one") + "\"}").expect(201).id();
      String ping = "{\"eventType\":\"svix.ping\"}";
      Reply sent = api.post(endpoints + "/" + one + "/send-example", ping).expect(200);
      assertThat(sent.at("/eventType").asString()).isEqualTo("svix.ping");
      assertThat(sent.at("/payload/success").asBoolean()).isTrue();
      receiver.awaitRequests(1);
      assertThat(receiver.requests().get(0).text()).isEqualTo("{\"success\": true}");
      assertThat(receiver.requests().get(0).header("webhook-id")).isEqualTo(sent.id());
    }
  }

  @Test
  void anExampleThatRepeatsADefinitionIsBounded() {
    StringBuilder schema = new StringBuilder("{\"properties\":{");
    for (int i = 0; i < 4_900; i++) {
      schema.append(i == 0 ? "" : ",").append('"').append(i).append("\":{\"$ref\":\"#/d\"}");
    }
    schema.append("},\"d\":{\"const\":\"").append("x".repeat(15_000)).append("\"}}");
    api.post(ALL, "{\"name\":\"a\",\"description\":\"\",\"schemas\":{\"1\":" + schema + "}}")
        .expect(201);
    String app = api.post("/api/v1/app", "{\"name\":\"x\"}").expect(201).id();
    String endpoints = "/api/v1/app/" + app + "/endpoint";
    try (Receiver receiver = Receiver.start()) {
      String one =
          api.post(endpoints, "{\"url\":\"" + receiver.url("/one") + "\"}").expect(201).id();
      api.post(endpoints + "/" + one + "/send-example", "{\"eventType\":\"a\"}").expect(200);
      receiver.awaitRequests(1);
      assertThat(receiver.requests().get(0).text().length()).isBetween(100_000, 200_000);
    }
  }

  @Test
  void anExampleIsMadeOfAnySchemaThatIsKept() {
    create("a");
    String app = api.post("/api/v1/app", "{\"name\":\"x\"}").expect(201).id();
    String endpoints = "/api/v1/app/" + app + "/endpoint";
    try (Receiver receiver = Receiver.start()) {
      String one =
          api.post(endpoints, "{\"url\":\"" + receiver.url("/one") + "\"}").expect(201).id();
      String far = "/d".repeat(501);
      for (String schema :
          List.of(
              "{\"oneOf\":{\"type\":\"boolean\"}}",
              "{\"anyOf\":{\"a\":null}}",
              "{\"allOf\":7,\"properties\":[null]}",
              "{\"type\":\"array\",\"items\":null}",
              "{\"$ref\":\"#" + far + "\"}")) {
        keep("{\"1\":" + schema + "}");
        api.post(endpoints + "/" + one + "/send-example", "{\"eventType\":\"a\"}").expect(200);
      }
    }
  }

  /**
   * Stores schemas for the event type {@code a} that the API refuses, as an older server may have.
   */
  private static void keep(String schemas) {
    Engine engine = SERVER.server().engine();
    for (EnvironmentRow environment : engine.environmentAdmin().all()) {
      EventTypeRow row = engine.registry().eventType(environment.id(), "a");
      if (row != null) {
        EventTypeRow kept = row.changed(row.updated()).schemas(schemas).build();
        var unused = engine.eventTypeAdmin().edit(row.environment(), "a", old -> kept).join();
      }
    }
  }
}
