package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.spi.store.rows.ParkedKey;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Operational webhooks: their configuration and contents. */
class OperationalWebhookTest {
  private static final String ALL = "/api/v1/operational-webhook/endpoint";
  private static final JsonMapper MAPPER = new JsonMapper();

  @AutoClose
  private static final ServerFixture SERVER =
      ServerFixture.start(
          options ->
              ServerFixture.engine(
                  options, options.engine().withRetryWaits(List.of(5L, 5L, 5L, 5L, 5L))));

  private ApiClient api = SERVER.api();

  @BeforeEach
  void ownEnvironment(TestInfo test) {
    api = SERVER.environment("org_" + test.getTestMethod().orElseThrow().getName());
  }

  private static String url(Receiver receiver, String path) {
    return "{\"url\":\"" + receiver.url(path) + "\"}";
  }

  private static List<JsonNode> told(Receiver receiver) {
    List<JsonNode> told = new ArrayList<>();
    for (ReceivedRequest request : receiver.requests()) {
      if (request.path().equals("/ops")) {
        told.add(MAPPER.readTree(request.text()));
      }
    }
    return told;
  }

  private static List<String> types(Receiver receiver) {
    return told(receiver).stream().map(event -> event.get("type").asString()).toList();
  }

  private static void send(String app) {
    Engine engine = SERVER.server().engine();
    engine
        .messages()
        .accept(
            new SendRequest(
                engine.publicIds().parse(IdPrefix.APPLICATION, app).orElseThrow(),
                "a.b",
                List.of(),
                "application/json",
                new byte[] {'{', '}'},
                new SendRequest.Options("event-1", 0, 0, null)),
            10_000);
  }

  // ---- configuration -------------------------------------------------------------------------

  @Test
  void endpointsAreCreatedShownReplacedAndRemoved() {
    assertThat(api.get(ALL).expect(200).at("/data").isEmpty()).isTrue();
    String body =
        """
        {"url":"https://example.com/ops","uid":"ops","description":"d","metadata":{"k":"v"},
         "eventTypes":["endpoint.disabled"],"throttleRate":5}
        """;
    Reply created = api.post(ALL, body).expect(201);
    assertThat(created.at("/metadata/k").asString()).isEqualTo("v");
    assertThat(created.at("/eventTypes").toString()).isEqualTo("[\"endpoint.disabled\"]");
    assertThat(api.get(ALL + "/ops").expect(200).text()).isEqualTo(created.text());
    api.post(ALL, body).expect(409);
    Reply replaced = api.put(ALL + "/ops", "{\"url\":\"https://example.com/new\"}").expect(200);
    assertThat(replaced.at("/url").asString()).isEqualTo("https://example.com/new");
    assertThat(replaced.at("/eventTypes").isNull()).isTrue();
    String other = api.put(ALL + "/second", "{\"url\":\"https://example.com/\"}").expect(200).id();
    assertThat(api.get(ALL + "/" + other).expect(200).at("/uid").asString()).isEqualTo("second");
    api.delete(ALL + "/second").expect(204);
    api.get(ALL + "/" + other).expect(404);
    api.delete(ALL + "/" + other).expect(404);
    api.put(ALL + "/" + other, "{\"url\":\"https://example.com/\"}").expect(404);
    api.post(ALL, "{}").expect(422);
    api.post(ALL, "{\"url\":\"ftp://example.com\"}").expect(422);
  }

  @Test
  void onlyWhatIsToldCanBeChosen() {
    String url = "{\"url\":\"https://example.com/\",\"uid\":\"one\",\"eventTypes\":[\"";
    Reply refused = api.post(ALL, url + "endpoint.lost\"]}").expect(422);
    assertThat(refused.at("/detail/0/loc").toString()).isEqualTo("[\"body\",\"eventTypes\"]");
    api.post(ALL, url + "endpoint.*\"]}").expect(201);
    api.put(ALL + "/one", url + "endpoint.lost\"]}").expect(422);
    api.put(ALL + "/one", url + "endpoint.disabled\"]}").expect(200);
  }

  @Test
  void theirSecretsAndHeadersAreLikeThoseOfOtherEndpoints() {
    String one = ALL + "/" + api.post(ALL, "{\"url\":\"https://example.com/\"}").expect(201).id();
    String secret = api.get(one + "/secret").expect(200).at("/key").asString();
    assertThat(secret).startsWith("whsec_");
    api.post(one + "/secret/rotate", "{}");
    assertThat(api.get(one + "/secret").expect(200).at("/key").asString()).isNotEqualTo(secret);
    api.put(one + "/headers", "{\"headers\":{\"x-a\":\"1\",\"authorization\":\"b\"}}").expect(204);
    Reply headers = api.get(one + "/headers").expect(200);
    assertThat(headers.at("/headers").toString()).isEqualTo("{\"x-a\":\"1\"}");
    assertThat(headers.at("/sensitive").toString()).isEqualTo("[\"authorization\"]");
    api.put(one + "/headers", "{\"headers\":{\"webhook-signature\":\"x\"}}").expect(422);
    api.get(ALL + "/none/secret").expect(404);
  }

  @Test
  void theyArePagedToTheEndAndBack() {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      made.add(api.post(ALL, "{\"url\":\"https://example.com/\"}").expect(201).id());
    }
    Reply first = api.get(ALL + "?limit=2").expect(200);
    assertThat(first.at("/data/0/id").asString()).as("newest first").isEqualTo(made.get(2));
    assertThat(first.at("/done").asBoolean()).isFalse();
    Reply last = api.get(ALL + "?limit=2&iterator=" + first.at("/iterator").asString()).expect(200);
    assertThat(last.at("/data/0/id").asString()).isEqualTo(made.get(0));
    assertThat(last.at("/done").asBoolean()).isTrue();
    Reply back =
        api.get(ALL + "?limit=2&iterator=" + last.at("/prevIterator").asString()).expect(200);
    assertThat(back.at("/data")).isEqualTo(first.at("/data"));
  }

  @Test
  void theyAreHiddenFromEverythingElse() {
    String id = api.post(ALL, "{\"url\":\"https://example.com/\"}").expect(201).id();
    String app = api.post("/api/v1/app", "{\"name\":\"x\"}").expect(201).id();
    Reply apps = api.get("/api/v1/app").expect(200);
    assertThat(apps.at("/data").size()).isEqualTo(1);
    assertThat(apps.at("/data/0/id").asString()).isEqualTo(app);
    api.get("/api/v1/app/operational-webhooks").expect(404);
    api.get("/api/v1/app/" + app + "/endpoint/" + id).expect(404);
    Engine engine = SERVER.server().engine();
    long hidden =
        Objects.requireNonNull(
                engine
                    .registry()
                    .endpoint(engine.publicIds().parse(IdPrefix.ENDPOINT, id).orElseThrow()))
            .application();
    String hiddenId = engine.publicIds().format(IdPrefix.APPLICATION, hidden);
    api.get("/api/v1/app/" + hiddenId).expect(404);
    SERVER.application(hiddenId).get("/api/v1/app/" + hiddenId).expect(401);
    SERVER.environment("org_other").get(ALL + "/" + id).expect(404);
    SERVER.application(app).get(ALL).expect(403);
  }

  // ---- what they tell ------------------------------------------------------------------------

  @Test
  void changesOfEndpointsAreTold() {
    try (Receiver receiver = Receiver.start()) {
      api.post(ALL, url(receiver, "/ops")).expect(201);
      String app = api.post("/api/v1/app", "{\"name\":\"x\",\"uid\":\"acme\"}").expect(201).id();
      String endpoints = "/api/v1/app/" + app + "/endpoint";
      String body = "{\"url\":\"https://example.com/\",\"uid\":\"e\"}";
      String endpoint = api.post(endpoints, body).expect(201).id();
      Await.until("created", () -> types(receiver).size() == 1);
      assertThat(told(receiver).get(0).toString())
          .isEqualTo(
              "{\"type\":\"endpoint.created\",\"data\":{\"appId\":\""
                  + app
                  + "\",\"appUid\":\"acme\",\"endpointId\":\""
                  + endpoint
                  + "\",\"endpointUid\":\"e\"}}");
      assertThat(receiver.requests().get(0).header("webhook-signature")).startsWith("v1,");
      String one = endpoints + "/" + endpoint;
      api.patch(one, "{\"disabled\":true}").expect(200);
      Await.until("disabled", () -> types(receiver).size() == 3);
      assertThat(types(receiver)).contains("endpoint.updated", "endpoint.disabled");
      JsonNode disabled =
          told(receiver).stream()
              .filter(event -> event.get("type").asString().equals("endpoint.disabled"))
              .findFirst()
              .orElseThrow();
      assertThat(disabled.at("/data/trigger").asString()).isEqualTo("manual");
      assertThat(disabled.at("/data/failSince").isNull()).isTrue();
      api.patch(one, "{\"disabled\":false}").expect(200);
      Await.until("enabled", () -> types(receiver).size() == 5);
      assertThat(types(receiver)).contains("endpoint.enabled");
      api.delete(one).expect(204);
      Await.until("deleted", () -> types(receiver).size() == 6);
      assertThat(types(receiver)).contains("endpoint.deleted");
    }
  }

  @Test
  void endpointsThatGoWithTheirApplicationAreTold() {
    try (Receiver receiver = Receiver.start()) {
      api.post(
              ALL,
              "{\"url\":\"" + receiver.url("/ops") + "\",\"eventTypes\":[\"endpoint.deleted\"]}")
          .expect(201);
      String app = api.post("/api/v1/app", "{\"name\":\"x\",\"uid\":\"acme\"}").expect(201).id();
      String endpoints = "/api/v1/app/" + app + "/endpoint";
      String body = "{\"url\":\"https://example.com/\",\"uid\":\"%s\"}";
      api.post(endpoints, body.formatted("one")).expect(201);
      api.post(endpoints, body.formatted("two")).expect(201);
      api.delete("/api/v1/app/acme").expect(204);
      Await.until("both are told", () -> types(receiver).size() == 2);
      assertThat(told(receiver))
          .allSatisfy(event -> assertThat(event.at("/data/appId").asString()).isEqualTo(app))
          .allSatisfy(event -> assertThat(event.at("/data/appUid").asString()).isEqualTo("acme"))
          .extracting(event -> event.at("/data/endpointUid").asString())
          .containsExactlyInAnyOrder("one", "two");
    }
  }

  @Test
  void aDeliveryIsToldToBeFailingAndThenRecovered() {
    AtomicInteger failures = new AtomicInteger(4);
    try (Receiver receiver =
        Receiver.answering(
            request ->
                Answer.status(
                    request.path().equals("/in") && failures.getAndDecrement() > 0 ? 500 : 200))) {
      String app = api.post("/api/v1/app", "{\"name\":\"x\"}").expect(201).id();
      String endpoint =
          api.post("/api/v1/app/" + app + "/endpoint", url(receiver, "/in")).expect(201).id();
      api.post(ALL, url(receiver, "/ops")).expect(201);
      send(app);
      Await.until("both", () -> types(receiver).size() == 2);
      assertThat(types(receiver))
          .containsExactlyInAnyOrder("message.attempt.failing", "message.attempt.recovered");
      JsonNode failing =
          told(receiver).stream()
              .filter(event -> event.get("type").asString().equals("message.attempt.failing"))
              .findFirst()
              .orElseThrow()
              .get("data");
      assertThat(failing.get("appId").asString()).isEqualTo(app);
      assertThat(failing.get("endpointId").asString()).isEqualTo(endpoint);
      assertThat(failing.get("msgId").asString()).startsWith("msg_");
      assertThat(failing.get("msgEventId").asString()).isEqualTo("event-1");
      assertThat(failing.at("/lastAttempt/id").asString()).startsWith("atmpt_");
      assertThat(failing.at("/lastAttempt/responseStatusCode").asInt()).isEqualTo(500);
      assertThat(failing.at("/lastAttempt/timestamp").asString()).endsWith("Z");
    }
  }

  @Test
  void theEndOfADeliveryIsToldAndFailuresOfTellingAreNot() {
    try (Receiver receiver = Receiver.answering(request -> Answer.status(500))) {
      String app = api.post("/api/v1/app", "{\"name\":\"x\"}").expect(201).id();
      api.post("/api/v1/app/" + app + "/endpoint", url(receiver, "/in")).expect(201);
      api.post(ALL, url(receiver, "/ops")).expect(201);
      send(app);
      // Two messages with six attempts each; operational webhooks cause no further ones.
      Await.until("all attempts", () -> told(receiver).size() >= 12);
      Await.until(
          "no more",
          () -> {
            Engine engine = SERVER.server().engine();
            return engine.environmentAdmin().all().stream()
                .flatMap(row -> engine.registry().applications(-row.id()).stream())
                .allMatch(
                    row ->
                        engine.registry().endpoints(row.id()).stream()
                            .noneMatch(
                                e ->
                                    !engine
                                        .store(row.id())
                                        .parked(e.id(), ParkedKey.START, 1)
                                        .isEmpty()));
          });
      assertThat(types(receiver)).hasSize(12);
      assertThat(types(receiver).stream().distinct().toList())
          .containsExactlyInAnyOrder("message.attempt.failing", "message.attempt.exhausted");
    }
  }

  @Test
  void whatFailsAgainWhenItIsRecoveredIsNotToldAgain() {
    AtomicInteger status = new AtomicInteger(500);
    try (Receiver receiver =
        Receiver.answering(
            request -> Answer.status(request.path().equals("/in") ? status.get() : 200))) {
      String app = api.post("/api/v1/app", "{\"name\":\"x\"}").expect(201).id();
      String all = "/api/v1/app/" + app;
      String endpoint = api.post(all + "/endpoint", url(receiver, "/in")).expect(201).id();
      api.post(
              ALL,
              "{\"url\":\""
                  + receiver.url("/ops")
                  + "\",\"eventTypes\":[\"message.attempt.exhausted\","
                  + "\"message.attempt.recovered\"]}")
          .expect(201);
      send(app);
      Await.until("failed", () -> types(receiver).size() == 1);
      String recover = all + "/endpoint/" + endpoint + "/recover";
      String since = "{\"since\":\"" + Instant.now().minusSeconds(60) + "\"}";
      String attempts = all + "/attempt/endpoint/" + endpoint;
      api.post(recover, since).expect(202);
      Await.until("failed again", () -> api.get(attempts).at("/data").size() == 7);
      status.set(200);
      api.post(recover, since).expect(202);
      Await.until("told", () -> types(receiver).size() == 2);
      assertThat(types(receiver))
          .containsExactly("message.attempt.exhausted", "message.attempt.recovered");
    }
  }

  @Test
  void anEndpointThatIsGoneIsToldToBeDisabled() {
    try (Receiver receiver =
        Receiver.answering(request -> Answer.status(request.path().equals("/in") ? 410 : 200))) {
      String app = api.post("/api/v1/app", "{\"name\":\"x\"}").expect(201).id();
      api.post("/api/v1/app/" + app + "/endpoint", url(receiver, "/in")).expect(201);
      api.post(
              ALL,
              "{\"url\":\"" + receiver.url("/ops") + "\",\"eventTypes\":[\"endpoint.disabled\"]}")
          .expect(201);
      send(app);
      Await.until("told", () -> types(receiver).size() == 1);
      assertThat(told(receiver).get(0).at("/data/trigger").asString()).isEqualTo("automatic");
    }
  }
}
