package dev.posthorn.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.ApiClient;
import dev.posthorn.server.Reply;
import dev.posthorn.server.ServerFixture;
import dev.posthorn.server.boot.ServerOptions;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Sessions of the console, without a browser. */
class ConsoleSessionTest {
  private static final String PATH = "/api/v1/console/session";
  private static final String[] OWN_PAGE = {"X-Posthorn-Console", "1"};

  @AutoClose
  private static final ServerFixture SERVER =
      ServerFixture.start(
          options ->
              options.withManner(
                  new ServerOptions.Tuning(10_000, false, 5, options.manner().cors(), null)));

  private final ApiClient api = SERVER.environment("org_sessions");
  private final ApiClient nobody = SERVER.client("");

  /** A signed-in person: the cookie as a browser sends it. */
  private record Person(ApiClient client, String cookie) {
    Reply send(String method, String path, @Nullable String body) {
      return client.send(method, path, body, "Cookie", cookie, OWN_PAGE[0], OWN_PAGE[1]);
    }

    Reply get(String path) {
      return send("GET", path, null);
    }
  }

  private JsonNode key(String scopes) {
    return api.post(
            "/api/v1/management/authentication/org_sessions/api-token",
            "{\"name\":\"console\"" + scopes + "}")
        .expect(200)
        .json();
  }

  private Reply signIn(String body) {
    return nobody.send("POST", PATH, body, OWN_PAGE);
  }

  private Person signedIn(String token, String more) {
    Reply reply = signIn("{\"token\":\"" + token + "\"" + more + "}").expect(201);
    String cookie = Objects.requireNonNull(reply.header("Set-Cookie"));
    return new Person(nobody, cookie.substring(0, cookie.indexOf(';')));
  }

  private Person operator() {
    return signedIn(key("").path("token").asString(), ",\"name\":\"Ann\"");
  }

  @Test
  void theCookieIsHiddenFromScriptsAndOtherSites() {
    Reply reply =
        signIn("{\"token\":\"" + key("").path("token").asString() + "\",\"name\":\"Ann\"}")
            .expect(201);
    assertThat(reply.header("Set-Cookie"))
        .matches(
            "posthorn-console-\\w{6}=phs_[\\w-]{43}; Path=/api/v1; Max-Age=43200; HttpOnly;"
                + " SameSite=Strict");
    assertThat(reply.at("/role").asString()).isEqualTo("operator");
    assertThat(reply.at("/environment").asString()).isEqualTo("org_sessions");
    assertThat(reply.text()).doesNotContain("phs_");
  }

  @Test
  void theCookieIsSentByHttpsAloneIfBrowsersComeThatWay() {
    try (ServerFixture secure =
        ServerFixture.start(
            options -> options.withAccess(options.access().withPublicUrl("https://a.example")))) {
      String body = "{\"token\":\"" + ServerFixture.token("org_sessions") + "\"}";
      Reply reply = secure.client("").send("POST", PATH, body, OWN_PAGE).expect(201);
      assertThat(reply.header("Set-Cookie")).endsWith("; SameSite=Strict; Secure");
    }
  }

  @Test
  void aSessionMayWhatItsKeyMayAndIsLoggedOut() {
    Person person = operator();
    person.get("/api/v1/app").expect(200);
    Reply app = person.send("POST", "/api/v1/app", "{\"name\":\"A\"}").expect(201);
    assertThat(person.get(PATH).expect(200).at("/name").asString()).isEqualTo("Ann");
    Reply left = person.send("DELETE", PATH, null).expect(204);
    assertThat(left.header("Set-Cookie")).contains("=; Path=/api/v1; Max-Age=0;");
    person.get("/api/v1/app/" + app.id()).expect(401);
  }

  @Test
  void requestsOfOtherPagesAreRefused() {
    Person person = operator();
    String app = "{\"name\":\"A\",\"uid\":\"forged\"}";
    nobody.send("POST", "/api/v1/app", app, "Cookie", person.cookie).expect(403);
    nobody.send("GET", "/api/v1/app", null, "Cookie", person.cookie).expect(403);
    for (String site : new String[] {"cross-site", "same-site", "none"}) {
      nobody
          .send(
              "POST",
              "/api/v1/app",
              app,
              "Cookie",
              person.cookie,
              OWN_PAGE[0],
              OWN_PAGE[1],
              "Sec-Fetch-Site",
              site)
          .expect(403);
    }
    api.get("/api/v1/app/forged").expect(404);
    nobody
        .post(PATH, "{\"token\":\"" + key("").path("token").asString() + "\"}")
        .expect(403); // signing somebody in from another page is refused, too
  }

  @Test
  void aSessionIsNoBearerTokenAndAKeyIsNoSession() {
    Person person = operator();
    String value = person.cookie.substring(person.cookie.indexOf('=') + 1);
    SERVER.client(value).get("/api/v1/app").expect(401);
    String name = person.cookie.substring(0, person.cookie.indexOf('='));
    String key = key("").path("token").asString();
    nobody
        .send("GET", "/api/v1/app", null, "Cookie", name + "=" + key, OWN_PAGE[0], OWN_PAGE[1])
        .expect(401);
  }

  @Test
  void aSessionEndsWithItsKey() {
    JsonNode key = key("");
    Person person = signedIn(key.path("token").asString(), "");
    assertThat(person.get(PATH).expect(200).at("/keyId").asString())
        .isEqualTo(key.path("id").asString());
    api.post(
            "/api/v1/management/authentication/org_sessions/api-token/"
                + key.path("id").asString()
                + "/expire",
            "{}")
        .expect(204);
    person.get("/api/v1/app").expect(401);
  }

  @Test
  void aSessionEndsWithItsJwt() {
    ApiClient jwt = SERVER.environment("org_jwt_session");
    Person person = signedIn(ServerFixture.token("org_jwt_session"), "");
    person.get("/api/v1/app").expect(200);
    jwt.post("/api/v1/auth/logout", null).expect(204);
    person.get("/api/v1/app").expect(401);
  }

  @Test
  void readOnlyChangesNothing() {
    Person person = signedIn(key("").path("token").asString(), ",\"readOnly\":true");
    assertThat(person.get(PATH).at("/role").asString()).isEqualTo("read-only");
    person.get("/api/v1/app").expect(200);
    person.send("POST", "/api/v1/app", "{\"name\":\"A\"}").expect(403);
    Person viewer = signedIn(key(",\"scopes\":[\"ViewBase\"]").path("token").asString(), "");
    assertThat(viewer.get(PATH).at("/role").asString()).isEqualTo("read-only");
    assertThat(
            signIn(
                    "{\"token\":\""
                        + key(",\"scopes\":[\"CreateMessages\"]").path("token").asString()
                        + "\"}")
                .expect(403)
                .text())
        .contains("ViewBase");
  }

  @Test
  void tokensOfCustomersOpenNothing() {
    String app = api.post("/api/v1/app", "{\"name\":\"A\"}").expect(201).id();
    signIn("{\"token\":\"" + ServerFixture.token(app) + "\"}").expect(403);
    signIn("{}").expect(422);
  }

  @Test
  void guessingIsSlowedDown() {
    try (ServerFixture other =
        ServerFixture.start(
            options ->
                options.withManner(
                    new ServerOptions.Tuning(10_000, false, 3, options.manner().cors(), null)))) {
      ApiClient guesser = other.client("");
      int[] answers =
          IntStream.range(0, 5)
              .map(
                  n ->
                      guesser
                          .send("POST", PATH, "{\"token\":\"phk_" + n + "\"}", OWN_PAGE)
                          .status())
              .toArray();
      assertThat(answers).containsExactly(401, 401, 401, 429, 429);
      guesser.send("POST", PATH, "{\"code\":\"phl_guess\"}", OWN_PAGE).expect(429);
    }
  }

  // ---- the audit log -------------------------------------------------------------------------

  @Test
  void theAuditLogHasWhatAPersonDidBeforeItIsDone() {
    ApiClient own = SERVER.environment("org_audited");
    Person person = signedIn(ServerFixture.token("org_audited"), ",\"name\":\"Bo\"");
    person
        .send("POST", "/api/v1/app", "{\"name\":\"secret name\",\"uid\":\"audited\"}")
        .expect(201);
    person.send("DELETE", "/api/v1/app/nobody", null).expect(404);
    own.post("/api/v1/app", "{\"name\":\"by a program\"}").expect(201);
    Reply log = person.get("/api/v1/console/audit").expect(200);
    assertThat(log.at("/data").valueStream().map(ConsoleSessionTest::line))
        .containsExactly(
            "Bo v1.application.delete /api/v1/app/nobody [] 404",
            "Bo v1.application.delete /api/v1/app/nobody [] null",
            "Bo v1.application.create /api/v1/app [\"name\",\"uid\"] null",
            "Bo v1.console.session.create /api/v1/console/session [] null");
    assertThat(log.text()).doesNotContain("secret name");
    Reply page = own.get("/api/v1/console/audit?limit=3").expect(200);
    assertThat(page.at("/data")).hasSize(3);
    assertThat(page.at("/done").asBoolean()).isFalse();
    assertThat(
            own.get("/api/v1/console/audit?iterator=" + page.at("/iterator").asString())
                .expect(200)
                .at("/data"))
        .hasSize(1);
    assertThat(api.get("/api/v1/console/audit").expect(200).text())
        .as("another environment's")
        .doesNotContain("audited");
    assertThat(own.get("/api/v1/background-task").expect(200).at("/data")).isEmpty();
  }

  private static String line(JsonNode entry) {
    return entry.path("person").asString()
        + " "
        + entry.path("action").asString()
        + " "
        + entry.path("path").asString()
        + " "
        + entry.path("fields")
        + " "
        + entry.path("refused");
  }

  @Test
  void aMessageThatAPersonSendsIsLoggedToo() {
    Person person = signedIn(ServerFixture.token("org_sending"), ",\"name\":\"Cy\"");
    person.send("POST", "/api/v1/app", "{\"name\":\"A\",\"uid\":\"sending\"}").expect(201);
    person
        .send("POST", "/api/v1/app/sending/msg", "{\"eventType\":\"a.b\",\"payload\":{\"x\":1}}")
        .expect(202);
    assertThat(line(person.get("/api/v1/console/audit?limit=1").at("/data/0")))
        .isEqualTo("Cy v1.message.create /api/v1/app/sending/msg [\"eventType\",\"payload\"] null");
  }
}
