package dev.posthorn.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.ApiClient;
import dev.posthorn.server.Reply;
import dev.posthorn.server.ServerFixture;
import dev.posthorn.testkit.receiver.Await;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The overview as the API gives it, at once and as a stream. */
class OverviewApiTest {
  private static final String PATH = "/api/v1/console/overview";

  @AutoClose private final ServerFixture server = ServerFixture.start();
  @AutoClose private final HttpClient http = HttpClient.newHttpClient();

  private final ApiClient api = server.api();

  private Events open(String token) throws Exception {
    return Events.open(http, server.server().url() + PATH, token);
  }

  @Test
  void saysThatAllIsWellAndWhoIsBusy() {
    String app = api.post("/api/v1/app", "{\"name\":\"Acme\"}").expect(201).id();
    api.post("/api/v1/app/" + app + "/endpoint", "{\"url\":\"" + server.receiver().url("/") + "\"}")
        .expect(201);
    api.post("/api/v1/app/" + app + "/msg", "{\"eventType\":\"a.b\",\"payload\":{}}").expect(202);
    server.receiver().awaitRequests(1);
    Await.until(
        "the attempt", () -> !api.get(PATH).expect(200).at("/busiestApplications").isEmpty());
    Reply overview = api.get(PATH).expect(200);
    assertThat(overview.at("/well").asBoolean()).isTrue();
    assertThat(overview.at("/summary").asString()).isEqualTo("All is well.");
    assertThat(overview.at("/busiestApplications/0/appId").asString()).isEqualTo(app);
    assertThat(overview.at("/busiestApplications/0/failures").asInt(-1)).isZero();
    assertThat(overview.at("/failingEndpoints")).isEmpty();
    assertThat(overview.at("/diskFreeBytes").asLong(0)).isPositive();
    assertThat(server.environment("org_other").get(PATH).expect(200).at("/busiestApplications"))
        .as("of another environment")
        .isEmpty();
    server.application(app).get(PATH).expect(403);
    server.client("").get(PATH).expect(401);
  }

  @Test
  void theHistoryIsOfAnHourOrADay() {
    assertThat(api.get(PATH + "/history").expect(200).at("/stepSeconds").asInt(0)).isEqualTo(20);
    assertThat(api.get(PATH + "/history?span=day").expect(200).at("/stepSeconds").asInt(0))
        .isEqualTo(360);
    api.get(PATH + "/history?span=week").expect(422);
  }

  @Test
  void aStreamRepeatsItUntilTheServerStops() throws Exception {
    try (Events stream = open(ServerFixture.token("org_stream"))) {
      assertThat(stream.status()).isEqualTo(200);
      assertThat(String.valueOf(stream.next())).contains("All is well.");
      assertThat(String.valueOf(stream.next())).contains("All is well.");
      server.server().close();
      JsonNode last;
      do {
        last = stream.next();
      } while (last != null); // an aborted stream would throw
    }
  }

  @Test
  void aStreamEndsWithItsToken() throws Exception {
    String token = ServerFixture.token("org_stream_token");
    try (Events stream = open(token)) {
      assertThat(stream.next()).isNotNull();
      server.client(token).post("/api/v1/auth/logout", null).expect(204);
      while (stream.next() != null) {
        // what was on its way
      }
    }
  }

  @Test
  void theNumberOfStreamsIsBounded() throws Exception {
    String token = ServerFixture.token("org_streams");
    List<Events> streams = new ArrayList<>();
    for (int i = 0; i < 65; i++) {
      streams.add(open(token));
    }
    assertThat(streams.stream().limit(64)).allMatch(stream -> stream.status() == 200);
    assertThat(streams.getLast().status()).isEqualTo(503);
    api.get(PATH).expect(200);
    for (Events stream : streams) {
      stream.close();
    }
    Await.until(
        "a place",
        () -> {
          try (Events stream = open(token)) {
            return stream.status() == 200;
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }
}
