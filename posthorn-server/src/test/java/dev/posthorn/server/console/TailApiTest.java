package dev.posthorn.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.ApiClient;
import dev.posthorn.server.ServerFixture;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.IOException;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The tail as the API gives it: what passes its filters, and how much. */
class TailApiTest {
  private static final String PATH = "/api/v1/console/tail";
  private static final String ENVIRONMENT = "org_tail";

  @AutoClose private final ServerFixture server = ServerFixture.start();
  @AutoClose private final HttpClient http = HttpClient.newHttpClient();

  @AutoClose
  private final Receiver receiver =
      Receiver.answering(
          request -> Answer.status(request.path().equals("/fail") ? 503 : 200).body("x"));

  private final ApiClient api = server.environment(ENVIRONMENT);
  private String app = "";
  private String failing = "";

  @BeforeEach
  void createEndpoints() {
    app = api.post("/api/v1/app", "{\"name\":\"Acme\",\"uid\":\"acme\"}").expect(201).id();
    endpoint("/ok");
    failing = endpoint("/fail");
  }

  private String endpoint(String path) {
    return api.post(
            "/api/v1/app/acme/endpoint",
            "{\"retrySchedule\":[],\"url\":\"" + receiver.url(path) + "\"}")
        .expect(201)
        .id();
  }

  private void send(String type) {
    api.post("/api/v1/app/acme/msg", "{\"eventType\":\"" + type + "\",\"payload\":{}}").expect(202);
  }

  private Events open(String query) throws Exception {
    Events events =
        Events.open(http, server.server().url() + PATH + query, ServerFixture.token(ENVIRONMENT));
    assertThat(events.status()).isEqualTo(200);
    assertThat(events.next()).as("the stream lives").isNotNull();
    return events;
  }

  /** Returns the next events until there are so many. */
  private static List<JsonNode> next(Events events, int count) throws IOException {
    List<JsonNode> all = new ArrayList<>();
    while (all.size() < count) {
      JsonNode one = Objects.requireNonNull(events.next(), "the stream has ended");
      one.get("data").forEach(all::add);
    }
    return all;
  }

  private List<String> seen(String query) throws Exception {
    try (Events events = open(query)) {
      send("other.type");
      send("last.type");
      List<String> all = new ArrayList<>();
      for (JsonNode one : next(events, 1)) {
        all.add(one.get("kind").asString() + " " + one.get("eventType").asString());
      }
      return all;
    }
  }

  @Test
  void showsMessagesAndAttempts() throws Exception {
    try (Events events = open("")) {
      send("a.b");
      List<JsonNode> seen = next(events, 3);
      assertThat(seen.getFirst().get("kind").asString()).isEqualTo("message");
      assertThat(seen.getFirst().get("matchedEndpoints").asInt(0)).isEqualTo(2);
      assertThat(seen)
          .allSatisfy(
              one -> {
                assertThat(one.get("appId").asString()).isEqualTo(app);
                assertThat(one.get("eventType").asString()).isEqualTo("a.b");
                assertThat(one.get("msgId")).isEqualTo(seen.getFirst().get("msgId"));
              });
      JsonNode failed =
          seen.stream()
              .filter(one -> one.path("responseStatusCode").asInt(0) == 503)
              .findFirst()
              .orElseThrow();
      assertThat(failed.get("success").asBoolean()).isFalse();
      assertThat(failed.get("delivery").asString()).isEqualTo("failed");
      assertThat(failed.get("endpointId").asString()).isEqualTo(failing);
    }
  }

  @Test
  void filtersByWhatTheQueryNames() throws Exception {
    assertThat(seen("?kind=message")).first().isEqualTo("message other.type");
    assertThat(seen("?event_types=last.type")).allMatch(one -> one.endsWith(" last.type"));
    for (String filter :
        List.of("outcome=fail", "status_code_class=500", "endpoint_id=" + failing, "text=/FAIL")) {
      try (Events events = open("?" + filter)) {
        send("a.b");
        assertThat(next(events, 1))
            .as(filter)
            .allMatch(one -> one.path("responseStatusCode").asInt(0) == 503);
      }
    }
  }

  @Test
  void aWatcherSeesNothingOfOtherEnvironments() throws Exception {
    try (Events events = open("")) {
      ApiClient other = server.environment("org_other");
      other.post("/api/v1/app", "{\"name\":\"B\",\"uid\":\"acme\"}").expect(201);
      other
          .post("/api/v1/app/acme/msg", "{\"eventType\":\"secret.type\",\"payload\":{}}")
          .expect(202);
      send("a.b");
      assertThat(next(events, 3)).allMatch(one -> one.get("eventType").asString().equals("a.b"));
    }
    server.application(app).get(PATH).expect(403);
  }

  @Test
  void aStreamEndsWithTheServer() throws Exception {
    try (Events events = open("")) {
      server.server().close();
      while (events.next() != null) {
        // what was on its way
      }
    }
  }
}
