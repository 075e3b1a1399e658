package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.boot.ServerOptions;
import dev.posthorn.server.http.Cors;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** CORS headers for pages of other origins, over a real socket. */
class CrossOriginTest {
  private static final String PAGE = "https://app.example.com";

  @AutoClose
  private static final ServerFixture SERVER =
      ServerFixture.start(cors(PAGE + ",http://localhost:3000"));

  private static UnaryOperator<ServerOptions> cors(String origins) {
    return options ->
        ServerFixture.manner(
            options, new ServerOptions.Tuning(1_000, false, 30, Cors.of(origins), null));
  }

  private static RawClient.Answer ask(ServerFixture server, String... lines) {
    try (RawClient client = new RawClient(server.port())) {
      return client.send(String.join("\n", lines) + "\nHost: x\nContent-Length: 0\n\n").read();
    }
  }

  private static RawClient.Answer preflight(ServerFixture server, String origin) {
    return ask(
        server,
        "OPTIONS /api/v1/app/acme/endpoint/e1 HTTP/1.1",
        "Origin: " + origin,
        "Access-Control-Request-Method: PATCH",
        "Access-Control-Request-Headers: authorization,content-type");
  }

  @Test
  void aBrowserThatAsksFirstIsToldWhatItsPageMaySend() {
    for (String origin : new String[] {PAGE, "http://localhost:3000"}) {
      RawClient.Answer answer = preflight(SERVER, origin);
      assertThat(answer.status()).isEqualTo(204);
      assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(origin);
      assertThat(answer.header("Access-Control-Allow-Methods"))
          .isEqualTo("GET, HEAD, POST, PUT, PATCH, DELETE");
      assertThat(answer.header("Access-Control-Allow-Headers"))
          .isEqualTo("authorization,content-type");
      assertThat(answer.header("Access-Control-Max-Age")).isEqualTo("3600");
      assertThat(answer.header("Vary")).isEqualTo("Origin");
      assertThat(answer.header("Access-Control-Allow-Credentials")).isNull();
    }
  }

  @Test
  void thePageSeesItsAnswersAndErrorsToo() {
    String token = "Authorization: Bearer " + ServerFixture.token("org_cors");
    RawClient.Answer seen = ask(SERVER, "GET /api/v1/app HTTP/1.1", "Origin: " + PAGE, token);
    assertThat(seen.status()).isEqualTo(200);
    RawClient.Answer refused = ask(SERVER, "GET /api/v1/app HTTP/1.1", "Origin: " + PAGE);
    assertThat(refused.status()).isEqualTo(401);
    RawClient.Answer nowhere = ask(SERVER, "GET /nowhere HTTP/1.1", "Origin: " + PAGE);
    assertThat(nowhere.status()).isEqualTo(404);
    for (RawClient.Answer answer : new RawClient.Answer[] {seen, refused, nowhere}) {
      assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(PAGE);
      assertThat(answer.header("Access-Control-Expose-Headers"))
          .isEqualTo("X-Request-Id, Retry-After");
      assertThat(answer.header("Vary")).isEqualTo("Origin");
      assertThat(answer.header("Access-Control-Allow-Credentials")).isNull();
    }
  }

  @Test
  void otherPagesAreToldNothing() {
    for (String origin :
        new String[] {
          "https://evil.example.com",
          "http://app.example.com",
          PAGE + ".evil.com",
          PAGE + ":8443",
          "null",
          "*"
        }) {
      RawClient.Answer asked = preflight(SERVER, origin);
      assertThat(asked.status()).as(origin).isEqualTo(405);
      assertThat(asked.headers()).doesNotContainKey("access-control-allow-origin");
      RawClient.Answer sent = ask(SERVER, "GET /api/v1/health HTTP/1.1", "Origin: " + origin);
      assertThat(sent.headers()).doesNotContainKey("access-control-allow-origin");
      assertThat(sent.header("Vary")).isEqualTo("Origin");
    }
    assertThat(ask(SERVER, "GET /api/v1/health HTTP/1.1").header("Vary")).isEqualTo("Origin");
  }

  @Test
  void optionsThatIsNoPreflightIsNoMethodOfTheApi() {
    assertThat(ask(SERVER, "OPTIONS /api/v1/app HTTP/1.1", "Origin: " + PAGE).status())
        .isEqualTo(405);
  }

  @Test
  void namedPagesMayShowThePortalInAFrame() {
    assertThat(SERVER.client("").get("/portal").header("Content-Security-Policy"))
        .endsWith("; frame-ancestors " + PAGE + " http://localhost:3000");
  }

  @Test
  void withoutTheSettingNoPageIsToldAnything() {
    try (ServerFixture server = ServerFixture.start()) {
      assertThat(preflight(server, PAGE).status()).isEqualTo(405);
      RawClient.Answer answer = ask(server, "GET /api/v1/health HTTP/1.1", "Origin: " + PAGE);
      assertThat(answer.headers())
          .doesNotContainKeys(
              "access-control-allow-origin", "vary", "access-control-expose-headers");
    }
  }

  @Test
  void ifAllPagesMayNoneOfThemBringsCookiesOrAFrame() {
    try (ServerFixture server = ServerFixture.start(cors("*"))) {
      RawClient.Answer answer = preflight(server, "https://anything.example");
      assertThat(answer.status()).isEqualTo(204);
      assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("*");
      assertThat(answer.headers()).doesNotContainKeys("access-control-allow-credentials", "vary");
      assertThat(server.client("").get("/portal").header("Content-Security-Policy"))
          .endsWith("; frame-ancestors 'none'");
    }
  }
}
