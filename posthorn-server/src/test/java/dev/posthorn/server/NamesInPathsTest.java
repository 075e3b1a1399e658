package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Names stay unchanged in URLs across proxies and parsers, and invalid names find nothing. */
class NamesInPathsTest {
  private static final String APPS = "/api/v1/app";
  private static final String APP = APPS + "/acme";
  private static final String OPERATIONAL = "/api/v1/operational-webhook/endpoint";
  private static final String URL = "\"url\":\"https://example.com/\"";
  private static final int LONG = 8_000;

  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  @AutoClose private final RawClient raw = new RawClient(SERVER.port());

  private ApiClient api = SERVER.api();

  @BeforeEach
  void ownEnvironment(TestInfo test) {
    String name = test.getTestMethod().orElseThrow().getName() + test.getDisplayName();
    api = SERVER.environment("org_" + Integer.toUnsignedString(name.hashCode()));
    api.put(APP, "{\"name\":\"Acme\"}");
    api.put(APP + "/endpoint/ep", "{" + URL + "}");
  }

  private void assertRefused(Reply reply, String field) {
    assertThat(reply.expect(422).at("/detail/0/loc").toString()).endsWith("\"" + field + "\"]");
    assertThat(reply.text()).contains("not . or .. alone");
  }

  @ParameterizedTest
  @ValueSource(strings = {".", ".."})
  void whatParsersTakeOutOfPathsIsNoName(String name) {
    String uid = "\"uid\":\"" + name + "\"";
    assertRefused(api.post(APPS, "{\"name\":\"A\"," + uid + "}"), "uid");
    assertRefused(api.put(APP, "{\"name\":\"A\"," + uid + "}"), "uid");
    assertRefused(api.patch(APP, "{" + uid + "}"), "uid");
    assertRefused(api.post(APP + "/endpoint", "{" + URL + "," + uid + "}"), "uid");
    assertRefused(api.patch(APP + "/endpoint/ep", "{" + uid + "}"), "uid");
    assertRefused(api.post(OPERATIONAL, "{" + URL + "," + uid + "}"), "uid");
    assertRefused(
        api.post("/api/v1/event-type", "{\"description\":\"\",\"name\":\"" + name + "\"}"), "name");
    String message = "{\"payload\":{},\"eventType\":\"%s\",\"eventId\":\"%s\"}";
    assertRefused(api.post(APP + "/msg", message.formatted("a", name)), "eventId");
    assertRefused(api.post(APP + "/msg", message.formatted(name, "a")), "eventType");
  }

  @Test
  void whatIsNoNameFindsNothingAndCreatesNothing() {
    List<String> names =
        List.of(
            ".",
            "..",
            "%2e",
            "%2e%2e",
            "%2E.",
            "a%2Fb",
            "..%2F..",
            "a;b=c",
            "a%3Bb",
            "a%5Cb",
            "a%20b",
            "%00",
            "a%0Ab",
            "a%3Fb",
            "a%23b",
            "%F0%9F%93%AF",
            "%FF",
            "a+b",
            "*");
    for (String name : names) {
      for (String path : List.of(APPS, APP + "/endpoint", OPERATIONAL)) {
        String body = path.equals(APPS) ? "{\"name\":\"A\"}" : "{" + URL + "}";
        assertThat(status("PUT", path + "/" + name, body)).as(name).isEqualTo(404);
        assertThat(status("DELETE", path + "/" + name, "")).as(name).isEqualTo(404);
        assertThat(status("GET", path + "/" + name, "")).as(name).isEqualTo(404);
      }
      assertThat(status("PATCH", APPS + "/" + name, "{}")).as(name).isEqualTo(404);
      assertThat(status("PUT", "/api/v1/event-type/" + name, "{\"description\":\"\"}"))
          .as(name)
          .isEqualTo(404);
      assertThat(status("GET", APP + "/msg/" + name, "")).as(name).isEqualTo(404);
    }
    assertThat(Deliveries.ids(api.get(APPS).expect(200))).hasSize(1);
    assertThat(Deliveries.ids(api.get(APP + "/endpoint").expect(200))).hasSize(1);
  }

  private int status(String method, String path, String body) {
    return raw(method, path, body).status();
  }

  /** Sends a path that no normal client would send. */
  private RawClient.Answer raw(String method, String path, String body) {
    return raw.send(
            "%s %s HTTP/1.1\nHost: a\nAuthorization: Bearer %s\nContent-Length: %d\n\n%s"
                .formatted(method, path, api.token(), body.length(), body))
        .read();
  }

  /** Results of URL parsers for the ids "", "." and "..". */
  @ParameterizedTest
  @ValueSource(strings = {"/endpoint/", "/", "/endpoint/ep/"})
  void anIdThatParsersTakeOutOfAPathIsNotTheThingThatItIsIn(String rest) {
    api.delete(APP + rest).expect(404);
    api.put(APP + rest, "{\"name\":\"A\"," + URL + "}").expect(404);
    api.patch(APP + rest, "{\"name\":\"A\"}").expect(404);
    api.delete(APPS + "/").expect(404);
    assertThat(api.get(APP + "/endpoint/ep").expect(200).at("/uid").asString()).isEqualTo("ep");
    assertThat(api.get(APP + rest).status()).as("those who look lose nothing").isEqualTo(200);
  }

  // ---- what errors repeat --------------------------------------------------------------------

  @Test
  void anErrorShowsNoMoreThanTheStartOfWhatWasSent() {
    String name = "x".repeat(LONG);
    List<String> requests = new ArrayList<>();
    SERVER.contract().openApi().get("paths").properties().stream()
        .flatMap(
            path ->
                path.getValue().properties().stream()
                    .flatMap(one -> tooLong(one.getKey(), path.getKey(), one.getValue(), name)))
        .forEach(requests::add);
    assertThat(requests).hasSizeGreaterThan(100);
    requests.add("X".repeat(LONG) + " " + APP);
    for (String request : requests) {
      String[] parts = request.split(" ", 2);
      RawClient.Answer answer = raw(parts[0], parts[1], "{}");
      if (answer.status() >= 400) {
        assertThat(answer.body().length).as(answer.text()).isLessThan(1_500);
      }
    }
  }

  /** Returns requests to an operation, each with an overlong path variable or parameter. */
  private static Stream<String> tooLong(
      String method, String path, JsonNode operation, String name) {
    String verb = method.toUpperCase(Locale.ROOT) + " ";
    String whole = path.replace("{app_id}", "acme").replaceAll("\\{[a-z_]+}", "one");
    List<String> requests = new ArrayList<>();
    for (String variable : List.of("app_id", "endpoint_id", "msg_id")) {
      if (path.contains("{" + variable + "}")) {
        requests.add(verb + whole(path, variable, name));
      }
    }
    if (path.contains("{")) {
      requests.add(verb + path.replaceAll("\\{[a-z_]+}", "x".repeat(LONG / 4)));
    }
    operation
        .path("parameters")
        .forEach(
            parameter -> {
              if (parameter.path("in").asString("").equals("query")) {
                requests.add(verb + whole + "?" + parameter.get("name").asString() + "=" + name);
              }
            });
    return requests.stream();
  }

  private static String whole(String path, String variable, String name) {
    return path.replace("{" + variable + "}", name)
        .replace("{app_id}", "acme")
        .replace("{endpoint_id}", "ep")
        .replaceAll("\\{[a-z_]+}", "one");
  }
}
