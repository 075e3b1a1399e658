package dev.posthorn.server.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpExchange;
import dev.posthorn.Endpoint;
import dev.posthorn.Endpoints;
import dev.posthorn.NewEndpoint;
import dev.posthorn.Posthorn;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The console on the JDK's HTTP server: whom it lets in, and what it does for them. */
class ConsoleHttpHandlerTest {
  private static final JsonMapper MAPPER = new JsonMapper();

  @TempDir private Path folder;

  private final HttpClient http = HttpClient.newHttpClient();

  @SuppressWarnings("NullAway.Init") // started before each test
  private ConsoleProgram program;

  @BeforeEach
  void start() throws IOException {
    program = ConsoleProgram.start(folder, ConsoleHttpHandlerTest::visitor);
  }

  @AfterEach
  void stop() {
    program.close();
  }

  /** Believes a header, as a program must not. */
  private static @Nullable Visitor visitor(HttpExchange exchange) {
    String role = exchange.getRequestHeaders().getFirst("Test-Role");
    return role == null ? null : new Visitor("Eve", role.equals("operator"));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(program.url() + path));
  }

  private HttpRequest.Builder as(String role, String path) {
    return request(path).header("Test-Role", role).header("X-Posthorn-Console", "1");
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private JsonNode get(String path) throws Exception {
    HttpResponse<String> response = send(as("viewer", path));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return MAPPER.readTree(response.body());
  }

  private static HttpRequest.Builder post(HttpRequest.Builder request, String body) {
    return request
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private String endpointPath() {
    Endpoint endpoint =
        program
            .posthorn()
            .application("acme")
            .endpoints()
            .add(NewEndpoint.builder("http://127.0.0.1:9/").uid("hook").build());
    assertThat(endpoint.uid()).isEqualTo("hook");
    return "/api/v1/app/acme/endpoint/hook";
  }

  private boolean isPaused() {
    Endpoints endpoints = program.posthorn().application("acme").endpoints();
    return endpoints.find("hook").orElseThrow().state() == Endpoint.State.PAUSED;
  }

  @Test
  void thePageNamesItsFilesBelowItsPath() throws Exception {
    for (String path : new String[] {"", "/"}) {
      HttpResponse<String> page = send(request(path).header("Test-Role", "viewer"));
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.headers().firstValue("Content-Security-Policy"))
          .hasValueSatisfying(policy -> assertThat(policy).contains("default-src 'none'"));
      assertThat(page.body())
          .contains("src=\"/admin/webhooks/console/main.js\"")
          .doesNotContain("\"/console/");
    }
    HttpResponse<String> file = send(request("/console/main.js").header("Test-Role", "viewer"));
    assertThat(file.statusCode()).isEqualTo(200);
    assertThat(file.headers().firstValue("Content-Type"))
        .hasValue("text/javascript; charset=utf-8");
    String tag = file.headers().firstValue("ETag").orElseThrow();
    assertThat(
            send(request("/console/main.js")
                    .header("Test-Role", "viewer")
                    .header("If-None-Match", tag))
                .statusCode())
        .isEqualTo(304);
  }

  @Test
  void nobodyGetsAnythingWithoutBeingSignedIn() throws Exception {
    for (String path : new String[] {"", "/console/main.js", "/api/v1/app", "/elsewhere"}) {
      HttpResponse<String> refused = send(request(path).header("X-Posthorn-Console", "1"));
      assertThat(refused.statusCode()).as(path).isEqualTo(403);
      assertThat(refused.body()).contains("nobody is signed in");
    }
  }

  @Test
  void aPageOfAnotherOriginGetsAndChangesNothing() throws Exception {
    String endpoint = endpointPath();
    HttpRequest.Builder[] attacks = {
      request("/api/v1/app").header("Test-Role", "operator"),
      post(request(endpoint + "/pause").header("Test-Role", "operator"), ""),
      post(as("operator", endpoint + "/pause").header("Sec-Fetch-Site", "cross-site"), ""),
    };
    for (HttpRequest.Builder attack : attacks) {
      assertThat(send(attack).statusCode()).isEqualTo(403);
    }
    assertThat(isPaused()).isFalse();
  }

  @Test
  void aViewerOnlyLooksAndAnOperatorChanges() throws Exception {
    String endpoint = endpointPath();
    assertThat(get("/api/v1/app").at("/data").findValuesAsString("uid")).contains("acme");
    assertThat(get("/api/v1/console/session").at("/role").asString()).isEqualTo("read-only");
    assertThat(send(as("viewer", endpoint + "/secret")).statusCode()).isEqualTo(403);
    assertThat(send(post(as("viewer", endpoint + "/pause"), "")).statusCode()).isEqualTo(403);
    assertThat(isPaused()).isFalse();

    assertThat(send(as("operator", endpoint + "/secret")).statusCode()).isEqualTo(200);
    assertThat(send(post(as("operator", endpoint + "/pause"), "")).statusCode()).isLessThan(300);
    assertThat(isPaused()).isTrue();
    JsonNode deed = get("/api/v1/console/audit").at("/data/0");
    assertThat(deed.at("/person").asString()).isEqualTo("Eve");
    assertThat(deed.at("/role").asString()).isEqualTo("operator");
    assertThat(deed.at("/sessionId").isNull()).isTrue();
    assertThat(deed.at("/action").asString()).isEqualTo("v1.endpoint.pause");
  }

  @Test
  void whatDoesNotBelongToTheConsoleIsNotThere() throws Exception {
    for (String path :
        new String[] {
          "/elsewhere",
          "/portal",
          "/console/none.js",
          "/api/v1/none",
          "/api/v1/auth/whoami",
          "/api/v1/management/authentication/org_default/api-token",
        }) {
      assertThat(send(as("operator", path)).statusCode()).as(path).isEqualTo(404);
    }
  }

  @Test
  void aBodyThatIsTooLargeIsRefused() throws Exception {
    String large = "{\"name\":\"" + "x".repeat(2 << 20) + "\"}";
    HttpResponse<String> refused = send(post(as("operator", "/api/v1/app"), large));
    assertThat(refused.statusCode()).isEqualTo(413);
    assertThat(send(post(as("operator", "/api/v1/app"), "{")).statusCode()).isEqualTo(422);
  }

  @Test
  void eventsArriveUntilTheConsoleIsClosed() throws Exception {
    HttpResponse<InputStream> stream =
        http.send(
            as("viewer", "/api/v1/console/tail").header("Accept", "text/event-stream").build(),
            BodyHandlers.ofInputStream());
    assertThat(stream.statusCode()).isEqualTo(200);
    assertThat(stream.headers().firstValue("Content-Type"))
        .hasValue("text/event-stream; charset=utf-8");
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
      program.posthorn().application("acme").send("invoice.paid", Map.of());
      String line = lines.readLine();
      while (line != null && !line.contains("invoice.paid")) {
        line = lines.readLine();
      }
      assertThat(line).startsWith("data: ");

      program.console().close();
      while (line != null) { // to its end
        line = lines.readLine();
      }
    }
    assertThat(send(as("viewer", "/api/v1/app")).statusCode()).isEqualTo(503);
  }

  @Test
  void itStaysWithAPosthornThatWasClosed() throws Exception {
    program.posthorn().close();
    assertThat(send(as("viewer", "/api/v1/app")).statusCode()).isIn(200, 503);
    assertThat(send(post(as("operator", "/api/v1/app"), "{\"name\":\"late\"}")).statusCode())
        .isEqualTo(503);
  }

  @Test
  void anotherImplementationIsRefused() {
    Posthorn other =
        (Posthorn)
            Proxy.newProxyInstance(
                Posthorn.class.getClassLoader(),
                new Class<?>[] {Posthorn.class},
                (proxy, method, arguments) -> null);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EmbeddedConsole(other))
        .withMessageContaining("Posthorn.open");
  }
}
